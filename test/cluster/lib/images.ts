import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServiceNames, type ServiceName } from '@authorworks/contracts';
import { buildInLab, imagesInLab } from './lab.ts';
import { root, run } from './programs.ts';

/** Tag of the image of each service. */
export type Versions = Readonly<Record<ServiceName, string>>;

export const imageName = (service: string, version: string): string => `docker.io/authorworks/${service}:${version}`;

/** Files that git knows or would take. */
const filesIn = async (...paths: readonly string[]): Promise<string[]> =>
  (await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths]))
    .split('\0')
    .filter((path) => path !== '' && !/(^|\/)(test|bench)\/|\.md$/.test(path));

const hashOf = (paths: readonly string[], ...more: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of [...new Set(paths)].toSorted()) {
    hash.update(path);
    try {
      hash.update(readFileSync(join(root, path)));
    } catch {
      // it was deleted and git has not been told
    }
  }
  for (const one of more) hash.update(one);
  return hash.digest('hex').slice(0, 12);
};

interface Plan {
  readonly floor: string;
  readonly made: string;
  readonly versions: Versions;
}

/** Tags that follow from the sources, so that nothing is built twice. */
const plan = async (): Promise<Plan> => {
  const recipe = await filesIn('Dockerfile', '.dockerignore', 'package.json', 'package-lock.json', '.npmrc', 'scripts');
  const ours = await filesIn('packages', 'services');
  const manifests = ours.filter((path) => path.endsWith('package.json'));
  const floor = hashOf([...recipe.filter((path) => !/scripts\/(?!image-)/.test(path)), ...manifests]);
  const shared = ours.filter((path) => path.startsWith('packages/'));
  const versions = builtServiceNames.map((name) => {
    const own = ours.filter((path) => path.startsWith(`services/${name}/`));
    const generators = recipe.filter((path) => /scripts\/p/.test(path));
    return [name, hashOf([...shared, ...own, ...generators], floor)] as const;
  });
  return { floor, made: hashOf([...recipe, ...ours]), versions: Object.fromEntries(versions) as Versions };
};

/** The images of this checkout, in the lab; built there when they are not in each of its nodes. */
export const labImages = async (): Promise<Versions> => {
  const { floor, made, versions } = await plan();
  const nodes = await imagesInLab();
  const isThere = (image: string): boolean => nodes.every((images) => images.has(image));
  const missing = builtServiceNames.filter((name) => !isThere(imageName(name, versions[name])));
  if (missing.length === 0) return versions;
  const began = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - began) / 1000)} s`;
  const stages = { FLOOR: imageName('floor', floor), MADE: imageName('made', made) };
  if (!isThere(stages.FLOOR)) await buildInLab(stages.FLOOR, { target: 'floor' });
  console.log(`images: the floor is there after ${seconds()}`);
  if (!isThere(stages.MADE)) await buildInLab(stages.MADE, { target: 'made' });
  console.log(`images: Prisma clients and the web app are made after ${seconds()}`);
  for (const name of missing) {
    await buildInLab(imageName(name, versions[name]), { args: { SERVICE: name, ...stages } });
    console.log(`images: ${name} is in the lab after ${seconds()}`);
  }
  return versions;
};
