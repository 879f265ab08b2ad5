import { type Colour, services, type ServiceName } from '@authorworks/contracts';
import {
  ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1ContainerStatus,
  type V1Deployment,
  type V1Pod,
} from '@kubernetes/client-node';
import { parseExposition, type Sample } from './exposition.ts';
import { getFromPod } from './pod-http.ts';
import { ReleaseProblem } from './problem.ts';

const COLOUR_LABEL = 'authorworks.io/colour';
/** Changing it makes the kubelet look at a pod's ConfigMaps now instead of within a minute. */
const STATE_ANNOTATION = 'authorworks.io/house-state';
const METRICS_MS = 5_000;
const LOG_LINES = 40;

export const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined;

/** A pod of one of the houses. */
export interface HousePod {
  readonly name: string;
  readonly service: ServiceName | undefined;
  readonly isReady: boolean;
  readonly isEnding: boolean;
  readonly restarts: number;
  readonly object: V1Pod;
}

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

const nameOf = ({ metadata }: { metadata?: { name?: string } }): string => metadata?.name ?? '';

export const podOf = (object: V1Pod): HousePod => {
  const app = object.metadata?.labels?.['app.kubernetes.io/name'] ?? '';
  const isService =
    object.metadata?.labels?.['app.kubernetes.io/component'] === 'service' && Object.hasOwn(services, app);
  return {
    name: nameOf(object),
    service: isService ? (app as ServiceName) : undefined,
    isReady: object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    isEnding: object.metadata?.deletionTimestamp !== undefined,
    restarts: (object.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    object,
  };
};

/** The houses in one namespace of a cluster. */
export class Cluster {
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  readonly #apps: AppsV1Api;
  readonly #forward: PortForward;

  /** @throws ReleaseProblem without a cluster to speak to (KUBECONFIG) */
  constructor(namespace: string) {
    const config = new KubeConfig();
    config.loadFromDefault();
    if (!config.getCurrentCluster()) throw new ReleaseProblem('no cluster is named: set KUBECONFIG');
    this.namespace = namespace;
    this.core = config.makeApiClient(CoreV1Api);
    this.coordination = config.makeApiClient(CoordinationV1Api);
    this.#apps = config.makeApiClient(AppsV1Api);
    this.#forward = new PortForward(config);
  }

  /** Pods of the services of one house. */
  async pods(colour: Colour): Promise<HousePod[]> {
    const { items } = await this.core.listNamespacedPod({
      namespace: this.namespace,
      labelSelector: `${COLOUR_LABEL}=${colour}`,
    });
    return items.map(podOf).filter(({ service }) => service !== undefined);
  }

  async deployments(colour: Colour): Promise<V1Deployment[]> {
    const labelSelector = `${COLOUR_LABEL}=${colour}`;
    return (await this.#apps.listNamespacedDeployment({ namespace: this.namespace, labelSelector })).items;
  }

  /** Metrics of a pod; undefined when it does not answer. */
  async metrics({ name, service }: HousePod): Promise<Sample[] | undefined> {
    if (service === undefined) return undefined;
    const page = { namespace: this.namespace, pod: name, port: services[service].port, path: '/metrics' };
    try {
      return parseExposition(await getFromPod(this.#forward, page, AbortSignal.timeout(METRICS_MS)));
    } catch {
      return undefined;
    }
  }

  /** Makes the pods of a house see changed ConfigMaps at once. */
  async wakeKubelets(colour: Colour, state: string): Promise<void> {
    const body = { metadata: { annotations: { [STATE_ANNOTATION]: state } } };
    for (const { name } of await this.pods(colour))
      await this.core
        .patchNamespacedPod({ name, namespace: this.namespace, body }, mergePatch)
        // it may just have gone
        .catch((error: unknown) => {
          if (statusOf(error) !== 404) throw error;
        });
  }

  /** Ends all pods of a house; its release, with all values, stays for a rollback. */
  async scaleToNothing(colour: Colour): Promise<void> {
    for (const deployment of await this.deployments(colour)) await this.scale(nameOf(deployment), 0);
  }

  /** Changes how many pods a Deployment has, beside Helm. */
  async scale(deployment: string, replicas: number): Promise<void> {
    await this.#apps.patchNamespacedDeploymentScale(
      { name: deployment, namespace: this.namespace, body: { spec: { replicas } } },
      mergePatch,
    );
  }

  /** The Secret in which Helm keeps a revision; without it Helm takes the one before for the last. */
  async forgetRevision(release: string, revision: number): Promise<void> {
    const name = `sh.helm.release.v1.${release}.v${revision}`;
    await this.core.deleteNamespacedSecret({ name, namespace: this.namespace }).catch((error: unknown) => {
      if (statusOf(error) !== 404) throw error;
    });
  }

  /** Why the first of these pods is not well, with the last words of its program; undefined when all are. */
  async complaintOf(pods: readonly HousePod[]): Promise<string | undefined> {
    for (const pod of pods) {
      const complaint = complaintOfStatus(pod);
      if (complaint === undefined) continue;
      const words = pod.object.status?.containerStatuses ? await this.lastWords(pod) : '';
      const event = pod.restarts === 0 ? await this.#lastWarning(pod) : '';
      if (event !== '') return `${pod.name}: ${complaint} (${event})`;
      return `${pod.name}: ${complaint}${words === '' ? '' : ` (its last words: ${words})`}`;
    }
    return undefined;
  }

  /** What Kubernetes itself last complained of: volumes, images, probes. */
  async #lastWarning({ name }: HousePod): Promise<string> {
    const fieldSelector = `involvedObject.name=${name},type=Warning`;
    const { items } = await this.core.listNamespacedEvent({ namespace: this.namespace, fieldSelector });
    const last = items.findLast(({ reason }) => reason !== 'Unhealthy' && reason !== 'BackOff');
    return last ? `${last.reason}: ${(last.message ?? '').replace(/\s+/g, ' ').slice(0, WORDS)}` : '';
  }

  /** The end of the log of a pod, of the container before if that died. */
  async lastWords({ name, restarts, object }: HousePod): Promise<string> {
    const failed = object.status?.containerStatuses?.find((status) => (status.state?.terminated?.exitCode ?? 0) !== 0);
    const container = failed?.name ?? object.spec?.containers[0]?.name;
    const request = { name, namespace: this.namespace, tailLines: LOG_LINES, ...(container ? { container } : {}) };
    const log = await this.core
      .readNamespacedPodLog({ ...request, previous: restarts > 0 })
      .catch(async () => await this.core.readNamespacedPodLog(request).catch(() => ''));
    return lastWordsIn(log);
  }

  /** Pods of a Job that Helm runs, the newest first. */
  async podsOfJob(name: string): Promise<HousePod[]> {
    const { items } = await this.core.listNamespacedPod({
      namespace: this.namespace,
      labelSelector: `job-name=${name}`,
    });
    return items.map(podOf).toReversed();
  }
}

const WORDS = 300;

/** What a program said of its end: its own error, else its last lines. */
export const lastWordsIn = (log: string): string => {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.findLastIndex((line) => /\w*Error:|settings of \w+ are not complete|"level":60/.test(line));
  return (error < 0 ? lines.slice(-3) : lines.slice(error, error + 2)).join(' ').slice(0, WORDS);
};

const HOPELESS = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'InvalidImageName',
  'ImagePullBackOff',
  'ErrImagePull',
]);

/**
 * A place on a node becomes free while others end, and a kubelet that is out of breath fails with what it does well a
 * moment later (seen: "failed to sync configmap cache"). What has lasted for longer than this does not end by itself.
 */
const PATIENCE_MS = 60_000;

const isOlderThan = (since: Date | undefined, ms: number): boolean =>
  since !== undefined && Date.now() - new Date(since).getTime() > ms;

const unscheduledOf = ({ object }: HousePod) =>
  object.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');

const waitingOf = ({ state }: V1ContainerStatus) => state?.waiting;

const complaintOfStatus = (pod: HousePod): string | undefined => {
  const { object, isReady, restarts } = pod;
  const statuses = object.status?.containerStatuses ?? [];
  for (const status of statuses) {
    const { reason, message } = waitingOf(status) ?? {};
    const last = status.lastState?.terminated;
    if (reason === 'CrashLoopBackOff' && last)
      return `ends again and again, exit code ${last.exitCode} (${last.reason})`;
    if (reason && reason !== 'ContainerCreating') return `${reason}${message ? ` (${message.slice(0, 200)})` : ''}`;
    const ended = status.state?.terminated ?? (isReady ? undefined : status.lastState?.terminated);
    if (ended && ended.exitCode !== 0) return `${ended.reason ?? 'ended'}, exit code ${ended.exitCode}`;
  }
  if (isReady) return undefined;
  const unscheduled = unscheduledOf(pod);
  if (unscheduled) return `no node takes it (${unscheduled.message ?? unscheduled.reason ?? ''})`;
  return `not ready${restarts > 0 ? `, restarted ${restarts} times` : ''}`;
};

/** Waiting longer will not help: no place, wrong images and settings, programs that end again and again. */
export const isHopeless = (pod: HousePod): boolean => {
  if (isOlderThan(unscheduledOf(pod)?.lastTransitionTime, PATIENCE_MS)) return true;
  const hasWaited = isOlderThan(pod.object.status?.startTime, PATIENCE_MS);
  return (pod.object.status?.containerStatuses ?? []).some((status) => {
    const reason = waitingOf(status)?.reason ?? '';
    if (reason === 'CrashLoopBackOff') return pod.restarts >= 2;
    return hasWaited && HOPELESS.has(reason);
  });
};
