import type { V1ContainerStateTerminated, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Ending, Sighting } from '../task-runner.ts';

/** Node ends itself like this when its heap is full. */
const ABORTED = 134;

const conditionOf = <C extends { type: string; status: string }>(list: C[] | undefined, type: string): C | undefined =>
  list?.find((one) => one.type === type && one.status === 'True');

const terminatedOf = (pod: V1Pod | undefined): V1ContainerStateTerminated | undefined =>
  pod?.status?.containerStatuses?.[0]?.state?.terminated;

/** Drained, evicted, or on a node that died: Kubernetes says so (DisruptionTarget), or took the pod away altogether. */
const wasDisrupted = (pod: V1Pod | undefined): boolean =>
  pod === undefined ||
  pod.metadata?.deletionTimestamp !== undefined ||
  conditionOf(pod.status?.conditions, 'DisruptionTarget') !== undefined ||
  ['Evicted', 'NodeLost', 'NodeShutdown', 'Terminated', 'Shutdown'].includes(pod.status?.reason ?? '');

const failureOf = (reason: string | undefined, message: string | undefined, pod: V1Pod | undefined): Ending => {
  if (reason === 'DeadlineExceeded') return { kind: 'deadline', note: message };
  const terminated = terminatedOf(pod);
  const result = terminated?.message;
  if (terminated?.reason === 'OOMKilled' || terminated?.exitCode === ABORTED)
    return { kind: 'memory', result, note: terminated.reason === 'OOMKilled' ? 'OOMKilled' : 'its heap was full' };
  if (wasDisrupted(pod)) return { kind: 'evicted', note: pod?.status?.reason ?? 'its pod was taken away' };
  const note = terminated ? `exit code ${terminated.exitCode}` : (pod?.status?.message ?? message);
  return { kind: 'failed', result, note };
};

/** How long a machine may be late in ending a pod, in milliseconds. */
const LATE_MS = 15_000;

/** A pod that should have ended by now and has not: its machine does not answer any more. */
const isOverdue = (pod: V1Pod | undefined, now: Date): boolean => {
  const until = pod?.metadata?.deletionTimestamp;
  return until !== undefined && now.getTime() - until.getTime() > LATE_MS;
};

/**
 * Since Kubernetes 1.31 a Job has failed only when its last pod has ended, and says before that that it will
 * (FailureTarget). A pod on a machine that died never ends.
 */
const endingOf = ({ status }: V1Job, pod: V1Pod | undefined, now: Date): Ending | undefined => {
  if (conditionOf(status?.conditions, 'Complete')) return { kind: 'done', result: terminatedOf(pod)?.message };
  const failed = conditionOf(status?.conditions, 'Failed');
  const failing = isOverdue(pod, now) ? conditionOf(status?.conditions, 'FailureTarget') : undefined;
  const failure = failed ?? failing;
  return failure && failureOf(failure.reason, failure.message, pod);
};

/** What keeps a pod from running: nobody has room for it, or its image cannot be had. */
const waitOf = (pod: V1Pod | undefined): string | null => {
  if (!pod) return 'no pod yet';
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return unscheduled.message ?? unscheduled.reason ?? 'no node yet';
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  return waiting ? [waiting.reason, waiting.message].filter(Boolean).join(': ') : null;
};

const newest = (pods: readonly V1Pod[]): V1Pod | undefined =>
  pods.toSorted(
    (a, b) => (b.metadata?.creationTimestamp?.getTime() ?? 0) - (a.metadata?.creationTimestamp?.getTime() ?? 0),
  )[0];

/** An attempt as its Job and pods show it at the time `now`. */
export const sightingOf = (name: string, job: V1Job, pods: readonly V1Pod[], now: Date): Sighting => {
  const pod = newest(pods);
  const ending = endingOf(job, pod, now);
  return { name, node: pod?.spec?.nodeName ?? null, note: ending ? null : waitOf(pod), ending };
};
