import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Colour } from '@authorworks/contracts';
import type { Clock, Logger } from '@authorworks/platform';
import { type Kube, patiently, reasonOf, statusOf } from '../../cluster/kube.ts';
import { labels } from '../../cluster/labels.ts';
import { type Launch, LaunchRefused, type TaskRunner } from '../task-runner.ts';
import { jobManifest } from './job-manifest.ts';
import { readPodLog } from './pod-log.ts';
import { sightingOf } from './sighting-of.ts';
import { watchJobs } from './watch-jobs.ts';

/** Refusals that a repeat would meet again: the object is wrong, or we may not make it. */
const FINAL: ReadonlySet<number | undefined> = new Set([400, 403, 404, 405, 413, 415, 422]);
const CONFLICT = 409;
const NOT_FOUND = 404;

export interface KubernetesRunnerOptions {
  readonly kube: Kube;
  readonly namespace: string;
  /** Whose templates are used, where two houses stand beside each other. */
  readonly colour: Colour | undefined;
  readonly log: Logger;
  readonly clock: Clock;
}

const byAttempt = <T extends V1Job | V1Pod>(items: readonly T[]): Map<string, T[]> =>
  Map.groupBy(items, ({ metadata }) => metadata?.labels?.[labels.attempt] ?? '');

/** Tasks as Jobs of Kubernetes. They go on without this service; whoever looks next finds them by their names. */
export const openKubernetesRunner = (options: KubernetesRunnerOptions): TaskRunner => {
  const { kube, namespace, colour, log, clock } = options;
  let pods = new Map<string, V1Pod[]>();
  const endings: (() => void)[] = [];

  const templateOf = async (type: string) => {
    const wanted = [`${labels.task}=${type}`, ...(colour === undefined ? [] : [`${labels.colour}=${colour}`])];
    const { items } = await patiently(kube.batch.listNamespacedCronJob({ namespace, labelSelector: wanted.join(',') }));
    if (!items[0]) throw new LaunchRefused(`the chart in ${namespace} has no template for ${type}`);
    return items[0];
  };

  const start = async (launch: Launch): Promise<void> => {
    try {
      const body = jobManifest(await templateOf(launch.task.type), launch);
      await patiently(kube.batch.createNamespacedJob({ namespace, body }));
    } catch (error) {
      if (statusOf(error) === CONFLICT) return;
      if (FINAL.has(statusOf(error))) throw new LaunchRefused(`Kubernetes does not take it: ${reasonOf(error)}`);
      throw error;
    }
  };

  return {
    kind: 'kubernetes',
    start,
    list: async () => {
      const selector = { namespace, labelSelector: labels.attempt };
      // Jobs first: a pod has ended before its Job has, so that a Job which has ended never stands beside a pod that runs
      const jobs = await patiently(kube.batch.listNamespacedJob(selector));
      const found = await patiently(kube.core.listNamespacedPod(selector));
      pods = byAttempt(found.items);
      return new Map(
        [...byAttempt(jobs.items)].flatMap(([name, [job]]) =>
          job ? [[name, sightingOf(name, job, pods.get(name) ?? [], clock.now())] as const] : [],
        ),
      );
    },
    readLog: async (name, mark) => {
      const pod = pods.get(name)?.at(-1);
      const container = pod?.spec?.containers[0]?.name;
      // before it runs it has no log, and the API server answers in several ways
      const hasLog = pod?.status?.phase !== 'Pending';
      if (!pod?.metadata?.name || container === undefined || !hasLog)
        return { text: '', mark: mark ?? '', skipped: false };
      return await readPodLog(kube, { namespace, pod: pod.metadata.name, container }, mark);
    },
    stop: async (name) => {
      try {
        await patiently(kube.batch.deleteNamespacedJob({ namespace, name, propagationPolicy: 'Background' }));
      } catch (error) {
        if (statusOf(error) !== NOT_FOUND) throw error;
      }
    },
    // Kubernetes removes it after a while by itself
    forget: async () => await Promise.resolve(),
    onChange: (wake) => void endings.push(watchJobs(kube, { namespace, labelSelector: labels.attempt, log }, wake)),
    close: async () => {
      for (const end of endings.splice(0)) end();
      await Promise.resolve();
    },
  };
};
