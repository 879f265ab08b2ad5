import type { Gap, HouseEvent } from '@authorworks/contracts';
import type { V1Pod } from '@kubernetes/client-node';
import { type Kube, patiently, statusOf } from '../cluster/kube.ts';
import { type Usage, viewEvent, viewNode, viewPod, viewReleases } from './cluster-views.ts';
import type { Machines } from './machines.ts';
import { bytesOf, millisOf } from './quantities.ts';

const MOST_EVENTS = 200;
/** However many consoles are open, the cluster is asked once in this time. */
const FRESH_MS = 1_500;
const FORBIDDEN = 403;
const NOT_FOUND = 404;

const whyOf = (error: unknown): Gap['why'] => {
  const status = statusOf(error);
  if (status === FORBIDDEN) return 'forbidden';
  return status === NOT_FOUND ? 'absent' : 'unreachable';
};

/** Asks; what cannot be had becomes a gap, and the rest is shown all the same. */
class Look {
  readonly gaps: Gap[] = [];

  async at<T>(what: Gap['what'], namespace: string | null, call: () => Promise<readonly T[]>): Promise<readonly T[]> {
    try {
      return await patiently(call());
    } catch (error) {
      this.gaps.push({ what, why: whyOf(error), namespace });
      return [];
    }
  }
}

interface Measured {
  readonly cpu: string;
  readonly memory: string;
}
interface NodeMetrics {
  readonly metadata: { readonly name: string };
  readonly usage: Measured;
}
interface PodMetrics {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly containers: readonly { readonly usage: Measured }[];
}

/** What metrics-server serves; in clusters without it there is nothing at this address. */
const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1' };

const readUsage = async ({ custom }: Kube, look: Look, namespaces: readonly string[]) => {
  const [nodes, ...pods] = await Promise.all([
    look.at<NodeMetrics>(
      'metrics',
      null,
      async () =>
        ((await custom.listClusterCustomObject({ ...METRICS, plural: 'nodes' })) as { items: NodeMetrics[] }).items,
    ),
    ...namespaces.map(
      async (namespace) =>
        await look.at<PodMetrics>('metrics', namespace, async () => {
          const list = await custom.listNamespacedCustomObject({ ...METRICS, namespace, plural: 'pods' });
          return (list as { items: PodMetrics[] }).items;
        }),
    ),
  ]);
  const usage = (measured: Measured): Usage => ({
    memoryBytes: bytesOf(measured.memory),
    cpuMillis: millisOf(measured.cpu),
  });
  const sum = (all: Usage[]): Usage => ({
    memoryBytes: all.reduce((total, { memoryBytes }) => total + memoryBytes, 0),
    cpuMillis: all.reduce((total, { cpuMillis }) => total + cpuMillis, 0),
  });
  return {
    nodes: new Map(nodes.map((node) => [node.metadata.name, usage(node.usage)] as const)),
    pods: new Map(
      pods.flatMap((list) =>
        list.map(
          ({ metadata, containers }) =>
            [`${metadata.namespace}/${metadata.name}`, sum(containers.map((one) => usage(one.usage)))] as const,
        ),
      ),
    ),
  };
};

/** The same gap once: where nothing is measured, nothing is measured anywhere. */
const distinct = (gaps: readonly Gap[]): Gap[] => {
  const measured = gaps.filter(({ what }) => what !== 'metrics');
  const metrics = gaps.find(({ what }) => what === 'metrics');
  return metrics ? [...measured, { ...metrics, namespace: null }] : measured;
};

const readCluster = async (kube: Kube, namespaces: readonly string[]) => {
  const look = new Look();
  const each = async <T>(what: Gap['what'], call: (namespace: string) => Promise<{ items: T[] }>) =>
    (
      await Promise.all(
        namespaces.map(async (namespace) => await look.at(what, namespace, async () => (await call(namespace)).items)),
      )
    ).flat();
  const [nodes, pods, deployments, statefulSets, usage] = await Promise.all([
    look.at('nodes', null, async () => (await kube.core.listNode()).items),
    each('pods', async (namespace) => await kube.core.listNamespacedPod({ namespace })),
    each('releases', async (namespace) => await kube.apps.listNamespacedDeployment({ namespace })),
    each('releases', async (namespace) => await kube.apps.listNamespacedStatefulSet({ namespace })),
    readUsage(kube, look, namespaces),
  ]);
  const onNode = Map.groupBy(pods, ({ spec }: V1Pod) => spec?.nodeName ?? '');
  const gaps = distinct(look.gaps);
  return {
    nodes: nodes.map((node) => {
      const name = node.metadata?.name ?? '';
      return viewNode(node, onNode.get(name) ?? [], usage.nodes.get(name));
    }),
    pods: pods.map((pod) => viewPod(pod, usage.pods.get(`${pod.metadata?.namespace}/${pod.metadata?.name}`))),
    releases: viewReleases([...deployments, ...statefulSets]),
    // Deployments and StatefulSets of one namespace are one gap
    gaps: gaps.filter(
      (one, index) =>
        gaps.findIndex(({ what, namespace }) => what === one.what && namespace === one.namespace) === index,
    ),
  };
};

/** The cluster, as far as this service may look into it. */
export const clusterMachines = (kube: Kube, namespaces: readonly string[]): Machines => {
  let asked: { readonly at: number; readonly answer: ReturnType<typeof readCluster> } | undefined;
  return {
    mode: 'kubernetes',
    read: async () => {
      const now = performance.now();
      if (!asked || now - asked.at > FRESH_MS) asked = { at: now, answer: readCluster(kube, namespaces) };
      return await asked.answer;
    },
    readEvents: async () => {
      const look = new Look();
      const lists = await Promise.all(
        namespaces.map(
          async (namespace) =>
            await look.at('events', namespace, async () => (await kube.core.listNamespacedEvent({ namespace })).items),
        ),
      );
      const events: HouseEvent[] = lists
        .flat()
        .map(viewEvent)
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .slice(0, MOST_EVENTS);
      return { events, gaps: look.gaps };
    },
  };
};
