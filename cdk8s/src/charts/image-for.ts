/** What is taken for the image of a service. */
export const imageFor = (name: string) => ({ repository: `docker.io/authorworks/${name}`, tag: '' });
