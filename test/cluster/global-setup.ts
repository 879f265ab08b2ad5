import type { TestProject } from 'vitest/node';
import { builtServiceNames } from '@authorworks/contracts';
import { podsIn, residents, within } from './lib/cluster.ts';
import { removeFakeMachines } from './lib/fake-machines.ts';
import { explain, install, makeOperator, namespaces, prepare, releasesOf, remove } from './lib/house.ts';
import { labImages, type Versions } from './lib/images.ts';
import { memoryOf } from './lib/memory.ts';
import { isLab, LAB_INGRESS, labDown, labUp, removeFakeNodes } from './lib/lab.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Seconds from `helm upgrade --install` until everything was ready, by release. */
    readonly installSeconds: Readonly<Record<string, number>>;
    /** Seconds until the images of this checkout were in the cluster; 0 when nothing was built. */
    readonly imageSeconds: number;
    readonly versions: Versions;
    /** Memory of each pod before anybody came, in MiB, by `namespace/name`. */
    readonly idleMemory: Readonly<Record<string, number>>;
    /** Where people reach the house. */
    readonly house: string;
  }
}

/** Two are enough for a house that is alone in the lab: one may lose its power. */
const PIS = Number(process.env['LAB_PIS'] ?? 2);

/** What a cluster that is not the lab cannot be tested without. */
const needed = (name: string, value: string | undefined, what: string): string => {
  if (!value) throw new Error(`KUBECONFIG is not the lab's: set ${name} to ${what}`);
  return value;
};

const timed = async <T>(work: Promise<T>): Promise<[T, number]> => {
  const began = performance.now();
  const result = await work;
  return [result, (performance.now() - began) / 1000];
};

/** A house in a cluster: of the images of this checkout, in namespaces of its own, made anew and removed at the end. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const inLab = isLab();
  const wasUp = inLab ? await labUp({ pis: PIS }) : true;
  await remove();
  if (inLab) {
    await removeFakeMachines();
    await removeFakeNodes();
  }
  const house = inLab
    ? LAB_INGRESS
    : needed('BASE_URL', process.env['CLUSTER_URL'], 'the address under which its Traefik is reached');
  const [versions, imageSeconds] = await timed(
    inLab
      ? labImages()
      : Promise.resolve(
          sameVersion(needed('IMAGES_VERSION', process.env['IMAGES_VERSION'], 'the tag of images that it can fetch')),
        ),
  );
  await prepare();
  const installSeconds: Record<string, number> = {};
  for (const release of releasesOf(versions, house)) {
    try {
      installSeconds[release.name] = await install(release);
    } catch (error) {
      throw new Error(`${release.name} was not installed:\n${await explain()}`, { cause: error });
    }
  }
  const operator = await makeOperator();
  project.provide('installSeconds', installSeconds);
  project.provide('imageSeconds', imageSeconds);
  project.provide('versions', versions);
  project.provide('house', house);
  project.provide('idleMemory', await idleMemory());
  // for the tests of the whole house (test/lib/house.ts); forks get them with the environment
  Object.assign(process.env, {
    HOUSE_URL: house,
    OPERATOR_EMAIL: operator.email,
    OPERATOR_PASSWORD: operator.password,
  });
  return async () => {
    if (inLab) await labUp({ pis: PIS });
    await remove();
    if (inLab) await removeFakeMachines();
    if (!wasUp) await labDown();
  };
}

const sameVersion = (version: string): Versions =>
  Object.fromEntries(builtServiceNames.map((name) => [name, version])) as Versions;

/** What each pod takes before anybody comes, in MiB; kubelets look every few seconds. */
const idleMemory = async (): Promise<Record<string, number>> => {
  const pods = residents(await podsIn(Object.values(namespaces)));
  return await within(90, 'the memory of every pod is known', async () => {
    const memory = await memoryOf(pods);
    return memory.size > 0 && pods.every(({ namespace, name }) => memory.has(`${namespace}/${name}`))
      ? Object.fromEntries(memory)
      : undefined;
  });
};
