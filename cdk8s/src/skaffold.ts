import { builtServiceNames } from '@authorworks/contracts';
import { stringify } from 'yaml';

const imageOf = (name: string): string => `docker.io/authorworks/${name}`;
/** How Skaffold calls the name of an image in its variables. */
const variableOf = (name: string): string => imageOf(name).replaceAll(/[^a-zA-Z0-9]/g, '_');

/** Values that take what Skaffold has built. */
const built = (path: string, name: string): [string, string][] => [
  [`${path}.image.repository`, `{{.IMAGE_REPO_${variableOf(name)}}}`],
  [`${path}.image.tag`, `{{.IMAGE_TAG_${variableOf(name)}}}`],
  [`${path}.image.digest`, `{{.IMAGE_DIGEST_${variableOf(name)}}}`],
];

/** skaffold.yaml: builds every service and installs the charts. Nothing else depends on it. */
export const skaffold = (): string => {
  const release = (name: string, chart: string, namespace: string, extra: object = {}) => ({
    name,
    chartPath: `charts/${chart}`,
    namespace,
    createNamespace: true,
    wait: true,
    ...extra,
  });
  const values = Object.fromEntries([
    ...builtServiceNames.flatMap((name) => built(`services.${name}`, name)),
    ...builtServiceNames
      .filter((name) => name !== 'gateway' && name !== 'web')
      .flatMap((name) => built(`migrate.${name}`, name)),
    ...built('test', 'gateway'),
  ]);
  return `# Written by cdk8s/ from the table: change it there.\n${stringify(
    {
      apiVersion: 'skaffold/v4beta13',
      kind: 'Config',
      metadata: { name: 'authorworks' },
      build: {
        platforms: ['linux/amd64', 'linux/arm64'],
        tagPolicy: { gitCommit: {} },
        artifacts: builtServiceNames.map((name) => ({
          image: imageOf(name),
          context: '.',
          docker: { dockerfile: 'Dockerfile', buildArgs: { SERVICE: name } },
        })),
      },
      deploy: {
        helm: {
          releases: [
            release('authorworks-data', 'authorworks-data', 'authorworks-data'),
            release('authorworks-blue', 'authorworks', 'authorworks', { setValueTemplates: values }),
            release('authorworks-edge', 'authorworks-edge', 'authorworks'),
          ],
        },
      },
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )}`;
};
