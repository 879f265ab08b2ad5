import { builtServiceNames } from '@authorworks/contracts';
import type { Finding } from './rules.ts';

/**
 * Every deviation from the rules for workloads (rules.ts) and from kube-score, with its reason: the one list of them. A test
 * fails when a workload breaks a rule and is not here, and when it is here and breaks nothing.
 */
export interface Exception {
  readonly rule: string;
  /** Kind/name without colour; `Kind/*` is all of a kind and `*` all there are, and then each of them has to need it. */
  readonly workloads: readonly string[];
  readonly reason: string;
}

const ENDS = ['Job/*', 'CronJob/*'];
const STORES = ['StatefulSet/postgres', 'StatefulSet/redis', 'StatefulSet/minio', 'StatefulSet/authelia'];
const MODELS = ['Deployment/ollama', 'Deployment/stable-diffusion', 'Deployment/speech'];
const HEAVY_WATCHERS = ['Deployment/prometheus', 'Deployment/grafana', 'Deployment/loki'];
const BACKUPS = ['postgres-dump', 'postgres-base', 'postgres-drill', 'files-mirror', 'offsite'].map(
  (name) => `CronJob/${name}`,
);

const services = builtServiceNames.map((name) => `Deployment/${name}`);

const out = (workloads: string | readonly string[], ports: string, reason: string): Exception[] =>
  ports.split(',').map((port) => ({ rule: `stays in the cluster: ${port}`, workloads: [workloads].flat(), reason }));

export const exceptions: readonly Exception[] = [
  // what the rules ask of something that lasts
  { rule: 'selector', workloads: ENDS, reason: 'Kubernetes chooses the pods of a Job by a label that it makes itself' },
  { rule: 'probes', workloads: ENDS, reason: 'its exit code says whether it went well, its deadline that it hangs' },
  { rule: 'waits before it ends', workloads: ENDS, reason: 'nobody connects to it' },
  { rule: 'rolls over', workloads: ENDS, reason: 'each run is a new pod; it is never replaced while it runs' },
  {
    rule: 'disruption budget',
    workloads: ENDS,
    reason: 'what is evicted is tried again; a drain need not wait for it',
  },

  // one on each machine
  {
    rule: 'disruption budget',
    workloads: ['DaemonSet/*'],
    reason:
      'a drain leaves DaemonSets alone, and Kubernetes counts no budget for them (they have no subresource scale)',
  },
  { rule: 'spread', workloads: ['DaemonSet/*'], reason: 'one on each machine is spread as far as can be' },
  {
    rule: 'place: everywhere instead of pi',
    workloads: ['DaemonSet/*'],
    reason: 'it watches every machine, the server and the Pis',
  },
  {
    rule: 'leaves a dead node',
    workloads: ['DaemonSet/*'],
    reason: 'it belongs to its machine: on another there is one already',
  },
  {
    rule: 'rolls over',
    workloads: ['DaemonSet/*'],
    reason:
      'a Pi with Prometheus or Loki has no memory for two of them (450 + 120 of 600 MiB); some seconds of figures are missing, and lines of logs are read later',
  },
  {
    rule: 'waits before it ends',
    workloads: ['DaemonSet/*'],
    reason: 'only Prometheus connects, to each pod by its address; to wait would make the gap longer',
  },

  // one that goes before the next one comes
  {
    rule: 'rolls over',
    workloads: STORES,
    reason: 'one process may write on its volume (ReadWriteOnce, and its own lock); a StatefulSet has no surge',
  },
  {
    rule: 'rolls over',
    workloads: MODELS,
    reason: 'its models are on a ReadWriteOnce volume, and a second one would need its gigabytes once more',
  },
  {
    rule: 'rolls over',
    workloads: HEAVY_WATCHERS,
    reason:
      'two heavy watchers are never on one Pi: with one Pi for each, the next one waits for the place of this one',
  },
  {
    rule: 'rolls over',
    workloads: ['Deployment/syncthing'],
    reason:
      'its folder is on its machine, where two heavy ones are never together; and one process alone may open its index',
  },
  {
    rule: 'waits before it ends',
    workloads: [...STORES, ...MODELS, ...HEAVY_WATCHERS, 'Deployment/syncthing'],
    reason: 'the next one starts when it has gone: to wait would make the pause longer by as much',
  },
  {
    rule: 'waits before it ends',
    workloads: ['Deployment/cloudflared'],
    reason:
      'requests come by its own connections, not by a Service: it signs off at Cloudflare and drains for 30 s by itself; and its image has no sleep',
  },

  // what touches machines, in the one namespace that is not restricted
  {
    rule: 'Pod Security: hostPath',
    workloads: ['DaemonSet/node-exporter'],
    reason: 'tells how full the file systems of a machine are; read-only',
  },
  {
    rule: 'Pod Security: hostPath',
    workloads: ['DaemonSet/log-agent'],
    reason: 'reads what containers write from /var/log; read-only',
  },
  {
    rule: 'Pod Security: hostPath',
    workloads: ['Deployment/syncthing'],
    reason: 'synchronises a folder of the machine',
  },
  {
    rule: 'Pod Security: volume types',
    workloads: ['DaemonSet/node-exporter', 'DaemonSet/log-agent', 'Deployment/syncthing'],
    reason: 'the same: hostPath is no type that restricted knows',
  },
  ...['Pod Security: running as non-root', 'Pod Security: running as user 0', 'user'].map((rule) => ({
    rule,
    workloads: ['DaemonSet/log-agent'],
    reason: 'only root may read /var/log/pods; it has no capability, and a root file system that is only read',
  })),

  // who speaks with Kubernetes and with the world
  {
    rule: 'no token',
    workloads: ['Deployment/jobs'],
    reason: 'starts tasks as Jobs and shows operators the cluster; a ValidatingAdmissionPolicy holds it to tasks',
  },
  {
    rule: 'no token',
    workloads: ['Deployment/prometheus'],
    reason:
      'asks Kubernetes which pods there are, and kubelets what they take; it may change nothing. prometheus.discovery: dns needs no rights',
  },
  ...out('Deployment/jobs', '6443', 'starts tasks by the API server, which is an address of a machine and no pod'),
  ...out(
    'Deployment/prometheus',
    '6443,10250',
    'the API server and the kubelets are addresses of machines, and no pods',
  ),
  ...out(
    'Deployment/user',
    '443',
    'beside the mail of the table, sign-in with a provider (OpenID Connect), whose keys it fetches and where it redeems codes',
  ),
  ...out(
    'Deployment/alertmanager',
    '443,587',
    'alerts go to Matrix, SMS and mail: they leave the house while it burns',
  ),
  ...out(
    ['Deployment/content', 'Deployment/storage'],
    '443',
    'files are in another S3, where the operator has named one',
  ),
  ...out(services, '4318', 'traces go to the collector that the operator has named'),
  ...out('Deployment/uptime-kuma', '443', 'looks at the house from outside, as readers come to it'),
  ...out('StatefulSet/authelia', '465', 'mails links by which people set a new password'),
  ...out('Deployment/cloudflared', '443,7844', 'is the tunnel to Cloudflare'),
  ...out('Deployment/ollama', '443', 'fetches models from their registry'),
  ...out('CronJob/offsite', '443', 'takes encrypted copies far away'),
  ...out(
    'Deployment/syncthing',
    '22000',
    'speaks with the other devices of the home, encrypted and known to each other',
  ),

  // settings
  {
    rule: 'checksums: house-state',
    workloads: services,
    reason: 'house-state says who works and who is open: read while it runs, so that a switch restarts nothing',
  },
  {
    rule: 'checksums: config',
    workloads: [...BACKUPS, 'Job/postgres-roles'],
    reason: 'each run is a new pod, which reads the scripts as they are then',
  },

  // backups
  {
    rule: 'place: server instead of pi',
    workloads: BACKUPS,
    reason: 'the volume for backups is on the external drive of the server; no Pi can mount it',
  },
  {
    rule: 'drill in a namespace of its own',
    workloads: ['CronJob/postgres-drill'],
    reason:
      'a volume cannot be mounted from another namespace. It restores into a PostgreSQL of its own pod, on an emptyDir, without password, and its policy lets it speak with DNS alone',
  },

  {
    rule: 'kube-score: container-image-pull-policy',
    workloads: ['*'],
    reason:
      'tags are never moved (`latest` is refused) and digests can be given; Always would ask the registry at each start, also when the line is down, and wear SD cards',
  },
  {
    rule: 'kube-score: container-security-context-user-group-id',
    workloads: ['DaemonSet/log-agent'],
    reason: 'only root may read /var/log/pods',
  },
];

const kindOf = (pattern: string): string | undefined => /^(.*)\/\*$/.exec(pattern)?.[1];

/** Whom a pattern of the list means. */
const meant = (pattern: string, workloads: readonly string[]): readonly string[] => {
  if (pattern === '*') return workloads;
  const kind = kindOf(pattern);
  return kind === undefined ? [pattern] : workloads.filter((workload) => workload.startsWith(`${kind}/`));
};

/** What is broken without being in the list, and what is in the list without being broken; one sentence each. */
export const judge = (
  findings: readonly Finding[],
  workloads: readonly string[],
  list: readonly Exception[],
): string[] => {
  const key = ({ rule, workload }: Finding): string => `${workload}: ${rule}`;
  const broken = new Set(findings.map(key));
  const excused = new Map<string, number>();
  const stale: string[] = [];
  for (const { rule, workloads: patterns } of list) {
    for (const pattern of patterns) {
      const all = meant(pattern, workloads).map((workload) => key({ rule, workload }));
      for (const one of all) excused.set(one, (excused.get(one) ?? 0) + 1);
      if (all.length === 0) stale.push(`there is no ${pattern} (${rule})`);
      stale.push(...all.filter((one) => !broken.has(one)).map((one) => `${one} is excused, and breaks nothing`));
    }
  }
  const twice = [...excused].filter(([, times]) => times > 1).map(([one]) => `${one} is excused twice`);
  return [...[...broken].filter((one) => !excused.has(one)), ...stale, ...twice].toSorted();
};
