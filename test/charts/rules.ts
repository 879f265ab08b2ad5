import { builtServiceNames, type Placement, type ServiceRow, services } from '@authorworks/contracts';
import { brokenRules, rules as podSecurityRules } from './pod-security.ts';
import { containersOf, memoryLimitOf, type Pod } from './pods.ts';
import type { KubeObject } from './tools.ts';

/** A workload among everything that is installed with it. */
export interface Subject {
  readonly pod: Pod;
  readonly objects: readonly KubeObject[];
}

export interface Finding {
  readonly rule: string;
  readonly workload: string;
}

// oxlint-disable-next-line typescript/no-explicit-any -- as in tools.ts
type Any = any;
/** True when it is kept; a text says how it is broken, so that an exception excuses that alone. */
type Rule = (subject: Subject) => boolean | string | readonly string[];

/** What Kubernetes recommends. */
export const LABELS = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by'].map(
  (key) => `app.kubernetes.io/${key}`,
);
const COLOUR = 'authorworks.io/colour';
const PRE_STOP_SECONDS = 15;
/** Beside waiting and draining: proxies learn, connections are closed. */
const END_SECONDS = 8;
const KUBERNETES_GRACE_SECONDS = 30;
const MAIL_PORTS = [25, 465, 587];
/** Half of what a Pi of 1 GB has beside what runs everywhere: of more, two do not fit. */
const HEAVY_MIB = 240;
const DEAD_NODE_SECONDS = 60;

const within = (selector: Readonly<Record<string, string>> | undefined, labels: Pod['labels']): boolean =>
  selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
const componentOf = (pod: Pod): string => pod.labels['app.kubernetes.io/component'] ?? '';
const rowOf = (pod: Pod): ServiceRow | undefined => {
  const name = builtServiceNames.find((one) => one === pod.labels['app.kubernetes.io/name']);
  return name === undefined || componentOf(pod) !== 'service' ? undefined : services[name];
};
/** What its objects are called. */
const objectNameOf = ({ labels }: Pod): string =>
  [labels['app.kubernetes.io/name'], labels[COLOUR]].filter((part) => part !== undefined).join('-');
const beside = ({ pod, objects }: Subject, kind: string, name: string): KubeObject | undefined =>
  objects.find((one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === pod.namespace);
const ownerOf = (subject: Subject): KubeObject | undefined => beside(subject, subject.pod.kind, subject.pod.name);
const each = (pod: Pod, holds: (container: Any) => boolean): boolean => containersOf(pod).every(holds);

/** What a probe asks, whatever its rhythm. */
const asked = ({ httpGet, tcpSocket, exec }: Any): string => JSON.stringify({ httpGet, tcpSocket, exec });
const differentProbes = ({ startupProbe, readinessProbe, livenessProbe }: Any): boolean => {
  const probes = [startupProbe, readinessProbe, livenessProbe];
  return (
    probes.every((probe) => probe !== undefined) &&
    new Set(probes.map((probe) => JSON.stringify(probe))).size === 3 &&
    asked(readinessProbe) !== asked(livenessProbe)
  );
};

const preStopOf = (container: Any): number => {
  const [program, seconds] = container.lifecycle?.preStop?.exec?.command ?? [];
  return program === 'sleep' ? Number(seconds) : 0;
};
const drainOf = ({ pod, objects }: Subject): number =>
  Math.max(
    0,
    ...containersOf(pod)
      .flatMap(({ envFrom = [] }) => envFrom)
      .map(({ configMapRef }: Any) => beside({ pod, objects }, 'ConfigMap', configMapRef?.name)?.['data'].DRAIN_SECONDS)
      .map((seconds: string | undefined) => Number(seconds ?? 0)),
  );

/** Where a pod may run, read from its affinity and tolerations. */
const placeOf = ({ spec }: Pod): Placement | 'everywhere' | 'somewhere' => {
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution } =
    spec.affinity?.nodeAffinity ?? {};
  const terms = [...(required?.nodeSelectorTerms ?? []), ...(preferredDuringSchedulingIgnoredDuringExecution ?? [])];
  const wishes = terms
    .flatMap((term: Any) => (term.preference ?? term).matchExpressions)
    .map(({ key, values }: Any) => `${key}=${values}`);
  const toleratesPis = (spec.tolerations ?? []).some(
    ({ key, operator }: Any) => key === 'authorworks.io/pi' || (key === undefined && operator === 'Exists'),
  );
  const [wish] = wishes;
  if (wishes.length === 0 && toleratesPis) return 'everywhere';
  if (wishes.length !== 1) return 'somewhere';
  if (wish === 'kubernetes.io/arch=amd64' && required && !toleratesPis) return 'server';
  if (wish === 'authorworks.io/pool=pi' && toleratesPis) return 'pi';
  return wish === 'authorworks.io/pool=server' && !required && toleratesPis ? 'any' : 'somewhere';
};

/** CLUSTER, "Placement": services by the table; who watches, works by the clock and backs up on Pis; data and models on the server. */
const dueOf = (pod: Pod): Placement => {
  const row = rowOf(pod);
  if (row) return row.placement;
  if (['monitor', 'backup', 'task'].includes(componentOf(pod)) || pod.namespace === 'authorworks-watch') return 'pi';
  return ['authorworks-data', 'authorworks-ai'].includes(pod.namespace) ? 'server' : 'any';
};

const isAloneOnItsPi = ({ spec }: Pod): boolean =>
  (spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
    ({ topologyKey, labelSelector, namespaceSelector }: Any) =>
      topologyKey === 'kubernetes.io/hostname' &&
      labelSelector.matchLabels['authorworks.io/heavy'] === 'true' &&
      JSON.stringify(namespaceSelector) === '{}',
  );

/** Ports of addresses outside of the cluster that its policies let it reach. */
const portsOutside = ({ pod, objects }: Subject): number[] =>
  objects
    .filter(
      ({ kind, metadata, spec }) =>
        kind === 'NetworkPolicy' &&
        metadata.namespace === pod.namespace &&
        within(spec.podSelector.matchLabels ?? {}, pod.labels),
    )
    .flatMap(({ spec }) => spec.egress ?? [])
    .filter(({ to }: Any) => (to ?? [{ ipBlock: {} }]).some(({ ipBlock }: Any) => ipBlock !== undefined))
    .flatMap(({ ports }: Any) => (ports ?? [{ port: 0 }]).map(({ port }: Any) => port));

/** Every sentence of CLUSTER's "Every workload" and "Placement" that can be seen in a manifest; each is asked of every workload. */
export const rules: Readonly<Record<string, Rule>> = {
  labels: (subject) => LABELS.every((label) => subject.pod.labels[label] && ownerOf(subject)?.metadata.labels?.[label]),
  selector: (subject) => {
    const selector: Record<string, string> = ownerOf(subject)?.['spec'].selector?.matchLabels ?? {};
    const due = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', COLOUR].filter(
      (key) => key !== COLOUR || COLOUR in subject.pod.labels,
    );
    return Object.keys(selector).toSorted().join() === due.toSorted().join() && within(selector, subject.pod.labels);
  },
  ...Object.fromEntries(
    podSecurityRules.map((rule): [string, Rule] => [
      `Pod Security: ${rule}`,
      ({ pod }) => !brokenRules(pod).includes(rule),
    ]),
  ),
  'unrestricted among themselves': ({ pod }) => brokenRules(pod).length > 0 === (pod.namespace === 'authorworks-nodes'),
  user: ({ pod }) =>
    pod.spec.securityContext.runAsUser > 10_000 && each(pod, (one) => one.securityContext.runAsUser > 10_000),
  'root file system': ({ pod }) => {
    const empty = new Set(pod.spec.volumes.filter(({ emptyDir }: Any) => emptyDir).map(({ name }: Any) => name));
    const hasTmp = (one: Any) =>
      one.volumeMounts.some(({ name, mountPath }: Any) => mountPath === '/tmp' && empty.has(name));
    return each(pod, (one) => one.securityContext.readOnlyRootFilesystem === true && hasTmp(one));
  },
  budget: ({ pod }) =>
    each(pod, ({ resources }) =>
      ['requests', 'limits'].every(
        (kind) =>
          Object.keys(resources?.[kind] ?? {})
            .toSorted()
            .join() === 'cpu,ephemeral-storage,memory',
      ),
    ),
  image: ({ pod }) =>
    each(
      pod,
      ({ image }) =>
        /^[a-z0-9.]+(:\d+)?\/.+(:[A-Za-z0-9._-]+|@sha256:[a-f0-9]{64})$/.test(image) && !image.endsWith(':latest'),
    ),
  probes: ({ pod }) => pod.spec.containers.every(differentProbes),
  'waits before it ends': ({ pod }) => pod.spec.containers.every((one: Any) => preStopOf(one) === PRE_STOP_SECONDS),
  'time to end': (subject) => {
    const { containers, terminationGracePeriodSeconds = KUBERNETES_GRACE_SECONDS } = subject.pod.spec;
    const waits = Math.max(...containers.map(preStopOf));
    return terminationGracePeriodSeconds >= waits + drainOf(subject) + END_SECONDS;
  },
  'rolls over': (subject) => {
    const { strategy, updateStrategy } = ownerOf(subject)?.['spec'] ?? {};
    const { type, rollingUpdate } = strategy ?? updateStrategy ?? {};
    return type === 'RollingUpdate' && rollingUpdate?.maxSurge === 1 && rollingUpdate.maxUnavailable === 0;
  },
  'disruption budget': ({ pod, objects }) => {
    const own = objects.filter(
      ({ kind, metadata, spec }) =>
        kind === 'PodDisruptionBudget' &&
        metadata.namespace === pod.namespace &&
        within(spec.selector.matchLabels, pod.labels),
    );
    // two of them for one pod, and nobody can evict it
    return (
      own.length === 1 &&
      own[0]?.['spec'].maxUnavailable === 1 &&
      own[0]['spec'].unhealthyPodEvictionPolicy === 'AlwaysAllow'
    );
  },
  spread: ({ pod }) =>
    (pod.spec.topologySpreadConstraints ?? []).some(
      ({ topologyKey, whenUnsatisfiable, labelSelector }: Any) =>
        topologyKey === 'kubernetes.io/hostname' &&
        whenUnsatisfiable === 'ScheduleAnyway' &&
        within(labelSelector.matchLabels, pod.labels),
    ),
  'network policy': (subject) => {
    const { podSelector, policyTypes } = beside(subject, 'NetworkPolicy', objectNameOf(subject.pod))?.['spec'] ?? {};
    return within(podSelector?.matchLabels, subject.pod.labels) && policyTypes.join() === 'Ingress,Egress';
  },
  'stays in the cluster': (subject) => {
    const allowed = rowOf(subject.pod)?.needs.mail ? MAIL_PORTS : [];
    return portsOutside(subject)
      .filter((port) => !allowed.includes(port))
      .map(String);
  },
  'account of its own': (subject) => {
    const name = objectNameOf(subject.pod);
    const account = beside(subject, 'ServiceAccount', name);
    return subject.pod.spec.serviceAccountName === name && account?.['automountServiceAccountToken'] === false;
  },
  'no token': ({ pod }) => pod.spec.automountServiceAccountToken === false,
  'no variables of Services': ({ pod }) => pod.spec.enableServiceLinks === false,
  checksums: ({ pod }) => {
    const read: string[] = [
      ...(containersOf(pod).some(({ envFrom }) => envFrom) ? ['settings'] : []),
      ...pod.spec.volumes.filter(({ configMap }: Any) => configMap).map(({ name }: Any) => name),
    ];
    const missing = read.filter((name) => !(`checksum/${name}` in pod.annotations));
    return missing.length === 0 || missing.join();
  },
  place: ({ pod }) => placeOf(pod) === dueOf(pod) || `${placeOf(pod)} instead of ${dueOf(pod)}`,
  'one heavy watcher on a Pi': ({ pod }) => {
    const isHeavy = pod.labels['authorworks.io/heavy'] === 'true';
    const isDue = componentOf(pod) === 'monitor' && memoryLimitOf(pod) > HEAVY_MIB;
    return isHeavy ? isAloneOnItsPi(pod) : !isDue;
  },
  'leaves a dead node': ({ pod }) => {
    const seconds = (pod.spec.tolerations ?? [])
      .filter(({ effect }: Any) => effect === 'NoExecute')
      .map(({ tolerationSeconds }: Any) => tolerationSeconds);
    return seconds.join() === [DEAD_NODE_SECONDS, DEAD_NODE_SECONDS].join();
  },
  'drill in a namespace of its own': ({ pod }) => !pod.name.endsWith('-drill') || pod.namespace !== 'authorworks-data',
};

/** The rules that a workload breaks, and how. */
export const brokenBy = (subject: Subject): string[] =>
  Object.entries(rules).flatMap(([rule, isKept]) => {
    const kept = isKept(subject);
    if (kept === true) return [];
    return kept === false ? [rule] : [kept].flat().map((how) => `${rule}: ${how}`);
  });
