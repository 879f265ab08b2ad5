import { mebibytes } from '../../charts/pods.ts';
import { kubectl, type PodState } from './cluster.ts';

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly namespace: string; readonly name: string };
    readonly memory?: { readonly workingSetBytes?: number };
  }[];
}

/** What each pod takes, in MiB: the working set, by which the kernel ends pods. By `namespace/name`. */
export const memoryOf = async (pods: readonly PodState[]): Promise<ReadonlyMap<string, number>> => {
  const nodes = new Set(pods.flatMap(({ node }) => (node === undefined ? [] : [node])));
  const summaries = await Promise.all(
    [...nodes].map(async (node) => {
      const output = await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`]);
      return (JSON.parse(output) as Summary).pods;
    }),
  );
  return new Map(
    summaries.flat().flatMap(({ podRef: { namespace, name }, memory }) =>
      // of what has just been started nothing is known yet
      !memory?.workingSetBytes ? [] : [[`${namespace}/${name}`, memory.workingSetBytes / 2 ** 20] as const],
    ),
  );
};

const sum = (pod: PodState, which: 'requests' | 'limits'): number =>
  (pod.object['spec'].containers as { resources?: { requests?: object; limits?: object } }[]).reduce(
    (total, { resources }) => total + mebibytes((resources?.[which] as { memory?: string })?.memory ?? '0Mi'),
    0,
  );

/** Memory that is kept free for a pod, and that it may take, in MiB. */
export const budgetOf = (pod: PodState) => ({ request: sum(pod, 'requests'), limit: sum(pod, 'limits') });
