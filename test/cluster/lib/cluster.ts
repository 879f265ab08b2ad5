import { symlinkSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubeObject, missing, tool } from '../../charts/tools.ts';
import { run, type RunOptions } from './programs.ts';

/** The cluster of KUBECONFIG, as an operator sees it. */
export const kubectl = async (args: readonly string[], options?: RunOptions): Promise<string> =>
  await run('kubectl', args, options);

export type Helm = (args: readonly string[]) => Promise<string>;

/** The Helm of the PATH: in the lab version 3. */
export const helm: Helm = async (args) => await run('helm', args);

/** Version 4 has been fetched (scripts/install-chart-tools). */
export const hasHelm4 = !missing('helm4');
export const helm4: Helm = async (args) => await run(tool('helm4'), args);

/** A new folder in which `helm` is version 4, for programs that take it from the PATH. */
export const folderOfHelm4 = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'authorworks-helm4-'));
  symlinkSync(tool('helm4'), join(folder, 'helm'));
  return folder;
};

/** Objects of one kind; all namespaces when none is named. */
export const list = async (kind: string, namespace?: string, ...more: readonly string[]): Promise<KubeObject[]> => {
  const where = namespace === undefined ? ['--all-namespaces'] : ['--namespace', namespace];
  const output = await kubectl(['get', kind, ...where, '--output', 'json', ...more]);
  return (JSON.parse(output) as { items: KubeObject[] }).items;
};

/** Asks until it is true, a second apart. @throws Error with the last reason after so many seconds. */
export const within = async <T>(seconds: number, what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  const until = performance.now() + seconds * 1000;
  let reason = 'it is not so';
  while (performance.now() < until) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      reason = (error as Error).message;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${what}: not after ${seconds} s (${reason})`);
};

export interface PodState {
  readonly namespace: string;
  readonly name: string;
  /** Of the label app.kubernetes.io/name. */
  readonly app: string;
  readonly node: string | undefined;
  readonly isReady: boolean;
  readonly restarts: number;
  /** Of a Job: it ends. */
  readonly ends: boolean;
  readonly object: KubeObject;
}

const stateOf = (object: KubeObject): PodState => ({
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
  app: object.metadata.labels?.['app.kubernetes.io/name'] ?? '',
  node: object['spec'].nodeName,
  isReady: (object['status'].conditions ?? []).some(
    (one: { type: string; status: string }) => one.type === 'Ready' && one.status === 'True',
  ),
  restarts: (object['status'].containerStatuses ?? []).reduce(
    (sum: number, one: { restartCount: number }) => sum + one.restartCount,
    0,
  ),
  ends: object['spec'].restartPolicy === 'Never',
  object,
});

export const podsIn = async (namespaces: readonly string[], ...more: readonly string[]): Promise<PodState[]> =>
  (await Promise.all(namespaces.map(async (namespace) => await list('pods', namespace, ...more)))).flat().map(stateOf);

/** Those that stay, and are not about to go. */
export const residents = (pods: readonly PodState[]): PodState[] =>
  pods.filter(({ ends, object }) => !ends && !(object.metadata as { deletionTimestamp?: string }).deletionTimestamp);
