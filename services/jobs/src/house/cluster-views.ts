import type { HouseEvent, HouseNode, HousePod, HouseRelease } from '@authorworks/contracts';
import type { CoreV1Event, V1Deployment, V1Node, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { labels } from '../cluster/labels.ts';
import { bytesOf, millisOf } from './quantities.ts';

/** What metrics-server says that something takes now. */
export interface Usage {
  readonly memoryBytes: number;
  readonly cpuMillis: number;
}

const EPOCH = '1970-01-01T00:00:00.000Z';

const roleOf = ({ metadata, status }: V1Node): HouseNode['role'] => {
  const pool = metadata?.labels?.[labels.pool];
  if (pool === 'server' || pool === 'pi') return pool;
  return status?.nodeInfo?.architecture === 'arm64' ? 'pi' : 'other';
};

/** Conditions that a healthy node does not have (Kubernetes' own names), and what keeps pods away from it. */
const problemsOf = ({ spec, status }: V1Node): string[] => [
  ...(status?.conditions ?? [])
    .filter(({ type, status: state }) => (type === 'Ready' ? state !== 'True' : state === 'True'))
    .map(({ type, reason }) => (type === 'Ready' ? `NotReady (${reason ?? 'unknown'})` : type)),
  ...(spec?.unschedulable ? ['SchedulingDisabled'] : []),
];

const requestedOf = (pods: readonly V1Pod[]): number =>
  pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ spec }) => spec?.containers ?? [])
    .reduce((sum, { resources }) => sum + bytesOf(resources?.requests?.['memory']), 0);

/** @param pods The pods on it that are seen; all of ours, but not those of other namespaces. */
export const viewNode = (node: V1Node, pods: readonly V1Pod[], usage: Usage | undefined): HouseNode => ({
  name: node.metadata?.name ?? '',
  role: roleOf(node),
  arch: node.status?.nodeInfo?.architecture ?? 'unknown',
  os: node.status?.nodeInfo?.osImage ?? 'unknown',
  version: node.status?.nodeInfo?.kubeletVersion ?? 'unknown',
  ready: (node.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True'),
  problems: problemsOf(node),
  memory: {
    usedBytes: usage?.memoryBytes ?? null,
    requestedBytes: requestedOf(pods),
    totalBytes: bytesOf(node.status?.allocatable?.['memory']),
  },
  cpu: { usedMillis: usage?.cpuMillis ?? null, totalMillis: millisOf(node.status?.allocatable?.['cpu']) },
  pods: pods.length,
  since: node.metadata?.creationTimestamp?.toISOString() ?? EPOCH,
});

/** Why a pod is not well, or how its container ended the last time. */
const reasonOfPod = ({ status }: V1Pod): string | null => {
  const [container] = status?.containerStatuses ?? [];
  const waiting = container?.state?.waiting?.reason;
  if (waiting && waiting !== 'ContainerCreating') return waiting;
  const unscheduled = status?.conditions?.find(
    ({ type, status: state }) => type === 'PodScheduled' && state === 'False',
  );
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  return unscheduled?.reason ?? status?.reason ?? (ended && ended.exitCode !== 0 ? (ended.reason ?? null) : null);
};

export const viewPod = (pod: V1Pod, usage: Usage | undefined): HousePod => {
  const { metadata, spec, status } = pod;
  const statuses = status?.containerStatuses ?? [];
  const limits = (spec?.containers ?? []).map(({ resources }) => resources?.limits?.['memory']);
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? '',
    service: metadata?.labels?.[labels.name] ?? metadata?.name ?? '',
    component: metadata?.labels?.[labels.component] ?? null,
    colour: metadata?.labels?.[labels.colour] ?? null,
    version: metadata?.labels?.[labels.version] ?? null,
    node: spec?.nodeName ?? null,
    phase: metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? 'Unknown'),
    ready: statuses.length > 0 && statuses.every(({ ready }) => ready),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    reason: reasonOfPod(pod),
    memory: {
      usedBytes: usage?.memoryBytes ?? null,
      limitBytes: limits.some((limit) => limit === undefined)
        ? null
        : limits.reduce((sum, limit) => sum + bytesOf(limit), 0),
    },
    startedAt: status?.startTime?.toISOString() ?? null,
  };
};

type Workload = V1Deployment | V1StatefulSet;

/** When it was made, and when its pods were last exchanged; a StatefulSet does not say the latter. */
const timesOf = ({ metadata, status }: Workload): number[] => [
  metadata?.creationTimestamp?.getTime() ?? 0,
  ...(status?.conditions ?? [])
    .filter(({ type }) => type === 'Progressing')
    .map((condition): number => {
      const { lastUpdateTime } = condition as { lastUpdateTime?: Date };
      return lastUpdateTime?.getTime() ?? 0;
    }),
];

/** The version of what a release brought; where its parts are of several makers, each with a version, the chart's own. */
const versionOf = (members: readonly Workload[], chart: string): string => {
  const versions = new Set(members.map(({ metadata }) => metadata?.labels?.[labels.version]));
  const [only] = versions;
  return versions.size === 1 && only !== undefined ? only : (/-(\d[^-]*.*)$/.exec(chart)?.[1] ?? chart);
};

/** The namespace of most of its parts: a release may bring some into another one, as ours does with what touches machines. */
const namespaceOf = (members: readonly Workload[]): string => {
  const counted = Map.groupBy(members, ({ metadata }) => metadata?.namespace ?? '');
  const [most] = [...counted].toSorted(([, a], [, b]) => b.length - a.length);
  return most?.[0] ?? '';
};

/** Releases, as the labels of what they brought tell of them: Helm's own records are Secrets, which nobody here may read. */
export const viewReleases = (workloads: readonly Workload[]): HouseRelease[] => {
  const grouped = Map.groupBy(workloads, ({ metadata }) => {
    const known = metadata?.labels ?? {};
    // without its version: while a release is being changed it has parts of two
    return [known[labels.instance], known[labels.chart]?.replace(/-\d.*$/, '')].join('/');
  });
  return [...grouped.values()].flatMap((members) => {
    const known = members[0]?.metadata?.labels ?? {};
    const name = known[labels.instance];
    const chart = known[labels.chart];
    if (name === undefined || chart === undefined) return [];
    const times = members.flatMap(timesOf);
    return [
      {
        name,
        namespace: namespaceOf(members),
        chart,
        version: versionOf(members, chart),
        colour: known[labels.colour] ?? null,
        ready: members.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0),
        wanted: members.reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0),
        updatedAt: new Date(Math.max(...times)).toISOString(),
      },
    ];
  });
};

export const viewEvent = (event: CoreV1Event): HouseEvent => {
  const at =
    event.lastTimestamp ?? event.series?.lastObservedTime ?? event.eventTime ?? event.metadata.creationTimestamp;
  return {
    id: event.metadata.uid ?? event.metadata.name ?? '',
    namespace: event.metadata.namespace ?? '',
    kind: event.type === 'Warning' ? 'warning' : 'normal',
    object: `${event.involvedObject.kind ?? ''}/${event.involvedObject.name ?? ''}`,
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: event.count ?? event.series?.count ?? 1,
    at: at ? new Date(at).toISOString() : EPOCH,
  };
};
