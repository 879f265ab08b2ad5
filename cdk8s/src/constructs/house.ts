import { builtServiceNames, services } from '@authorworks/contracts';

/**
 * Who is in the house, where it stands, and who may speak to whom. The network policies of all charts are written from
 * this list, and from nothing else; what services need is taken from the table.
 */

/** A namespace: of one chart, of Kubernetes itself, or of what has to touch a machine. */
export type Zone = 'app' | 'data' | 'ai' | 'watch' | 'nodes' | 'ingress';

export interface Party {
  readonly zone: Zone;
  /** What it listens on, for others. */
  readonly ports: readonly number[];
}

const infrastructure = {
  postgres: { zone: 'data', ports: [5432] },
  redis: { zone: 'data', ports: [6379] },
  minio: { zone: 'data', ports: [9000] },
  'postgres-roles': { zone: 'data', ports: [] },
  'postgres-dump': { zone: 'data', ports: [] },
  'postgres-base': { zone: 'data', ports: [] },
  'postgres-drill': { zone: 'data', ports: [] },
  'files-mirror': { zone: 'data', ports: [] },
  offsite: { zone: 'data', ports: [] },
  'data-test': { zone: 'data', ports: [] },
  migrate: { zone: 'app', ports: [] },
  'house-test': { zone: 'app', ports: [] },
  'edge-test': { zone: 'app', ports: [] },
  // what the service jobs starts: it asks the services and nobody else
  task: { zone: 'app', ports: [] },
  authelia: { zone: 'app', ports: [9091] },
  cloudflared: { zone: 'app', ports: [2000] },
  ollama: { zone: 'ai', ports: [11_434] },
  'ollama-pull': { zone: 'ai', ports: [] },
  'stable-diffusion': { zone: 'ai', ports: [7860] },
  speech: { zone: 'ai', ports: [8880] },
  'ai-test': { zone: 'ai', ports: [] },
  prometheus: { zone: 'watch', ports: [9090] },
  alertmanager: { zone: 'watch', ports: [9093] },
  grafana: { zone: 'watch', ports: [3000] },
  loki: { zone: 'watch', ports: [3100] },
  'uptime-kuma': { zone: 'watch', ports: [3001] },
  'watch-test': { zone: 'watch', ports: [] },
  'node-exporter': { zone: 'nodes', ports: [9100] },
  'log-agent': { zone: 'nodes', ports: [2020] },
  syncthing: { zone: 'nodes', ports: [22_000] },
  traefik: { zone: 'ingress', ports: [8000, 8443] },
} as const satisfies Record<string, Party>;

export type PartyName = keyof typeof infrastructure | (string & {});

export const parties: Readonly<Record<string, Party>> = {
  ...infrastructure,
  ...Object.fromEntries(Object.entries(services).map(([name, { port }]) => [name, { zone: 'app', ports: [port] }])),
};

/**
 * `port` is the one inside the pod; `world` is everything outside the home and the cluster; `anywhere` is that and the
 * home; `apiserver` is Kubernetes.
 */
export interface Link {
  readonly from: PartyName | 'anywhere';
  readonly to: PartyName | 'world' | 'anywhere' | 'apiserver';
  readonly port: number;
  readonly why: string;
  /** Only while no value leads to another in its place. */
  readonly unless?: Outside;
}

/** Where a value of a chart leads, in the world or at home; outside.ts knows the port, and when. */
export type Outside =
  | 'files'
  | 'mirror'
  | 'offsite'
  | 'traces'
  | 'mail'
  | 'sign-in provider'
  | 'sign-in mail'
  | 'alert mail'
  | 'alert bridges';

export interface OutsideLink {
  readonly from: PartyName;
  readonly to: Outside;
  readonly why: string;
}

const HTTPS = 443;

const linksOfServices = (): Link[] =>
  builtServiceNames.flatMap((from) => {
    const { needs, port, paths } = services[from];
    const to = (name: string, toPort: number, why: string): Link => ({ from, to: name, port: toPort, why });
    return [
      ...(paths.length > 0 ? [{ from: 'traefik', to: from, port, why: `routes ${paths.join(', ')}` }] : []),
      { from: 'prometheus', to: from, port, why: 'metrics' },
      ...(needs.postgres
        ? [to('postgres', 5432, `schema ${from}`), { from: 'migrate', to: 'postgres', port: 5432, why: 'migrations' }]
        : []),
      ...(needs.redis ? [to('redis', 6379, 'events, queues, limits')] : []),
      ...(needs.blobs ? [{ ...to('minio', 9000, `files under ${from}/`), unless: 'files' as const }] : []),
      ...(needs.services ?? [])
        .filter((name) => name !== from)
        .map((name) => to(name, services[name as 'user'].port, 'calls')),
    ];
  });

const link = (from: string, to: string, port: number, why: string): Link => ({ from, to, port, why });

const linksOfInfrastructure: readonly Link[] = [
  // sign-in with a provider (OpenID Connect) fetches its keys
  ...['postgres-roles', 'postgres-dump', 'postgres-base', 'data-test'].map((job) =>
    link(job, 'postgres', 5432, 'backup and set-up'),
  ),
  link('data-test', 'redis', 6379, 'helm test'),
  link('data-test', 'minio', 9000, 'helm test'),
  { ...link('files-mirror', 'minio', 9000, 'copies files to the external drive'), unless: 'mirror' },
  ...[...(services.jobs.needs.services ?? []), 'jobs'].map((name) => link('task', name, 3000, 'what tasks look at')),
  link('jobs', 'apiserver', 6443, 'starts tasks, shows operators what is in the cluster'),
  link('jobs', 'jobs', 3000, 'shows operators every service, by its Service: itself as well'),
  link('house-test', 'gateway', 3000, 'helm test'),
  link('house-test', 'web', 3000, 'helm test'),
  link('edge-test', 'gateway', 3000, 'helm test'),
  ...[8000, 8443].map((port) => link('edge-test', 'traefik', port, 'helm test')),
  link('traefik', 'authelia', 9091, 'asks who somebody is'),
  link('authelia', 'redis', 6379, 'sessions'),
  link('cloudflared', 'traefik', 8000, 'brings in what arrives by the tunnel'),
  link('cloudflared', 'world', 7844, 'the tunnel'),
  link('cloudflared', 'world', HTTPS, 'the tunnel'),
  link('prometheus', 'cloudflared', 2000, 'metrics'),
  link('ai', 'ollama', 11_434, 'text'),
  link('graphics', 'stable-diffusion', 7860, 'pictures'),
  link('audio', 'speech', 8880, 'voices'),
  link('ollama-pull', 'ollama', 11_434, 'loads models'),
  link('ollama', 'world', HTTPS, 'loads models'),
  link('ai-test', 'ollama', 11_434, 'helm test'),
  link('prometheus', 'alertmanager', 9093, 'alerts'),
  link('prometheus', 'node-exporter', 9100, 'metrics'),
  link('prometheus', 'log-agent', 2020, 'metrics'),
  link('prometheus', 'loki', 3100, 'metrics'),
  link('prometheus', 'apiserver', 6443, 'finds what is to be watched'),
  link('prometheus', 'anywhere', 10_250, 'what pods and volumes take, from the kubelets'),
  link('grafana', 'prometheus', 9090, 'queries'),
  link('grafana', 'loki', 3100, 'queries'),
  link('log-agent', 'loki', 3100, 'logs'),
  link('loki', 'alertmanager', 9093, 'alerts about what is in the logs'),
  link('traefik', 'grafana', 3000, 'route'),
  link('traefik', 'uptime-kuma', 3001, 'route'),
  link('uptime-kuma', 'traefik', 8443, 'looks at the house as readers do'),
  link('uptime-kuma', 'world', HTTPS, 'looks at the house from outside'),
  link('watch-test', 'prometheus', 9090, 'helm test'),
  link('watch-test', 'alertmanager', 9093, 'helm test'),
  link('syncthing', 'anywhere', 22_000, 'other devices, encrypted and known to each other'),
  link('anywhere', 'syncthing', 22_000, 'other devices, encrypted and known to each other'),
];

/** Every connection within the house, and to what no value names. What is neither here nor in `outsideLinks` is refused. */
export const links: readonly Link[] = [...linksOfServices(), ...linksOfInfrastructure].filter(
  (one, index, all) =>
    all.findIndex((other) => other.from === one.from && other.to === one.to && other.port === one.port) === index,
);

/** Every connection to where a value leads. */
export const outsideLinks: readonly OutsideLink[] = [
  ...builtServiceNames.flatMap((from): OutsideLink[] => {
    const { needs } = services[from];
    return [
      ...(needs.blobs ? [{ from, to: 'files' as const, why: `files under ${from}/, in another S3` }] : []),
      ...(needs.mail ? [{ from, to: 'mail' as const, why: 'mail' }] : []),
      { from, to: 'traces', why: 'traces' },
    ];
  }),
  { from: 'user', to: 'sign-in provider', why: 'sign-in' },
  { from: 'files-mirror', to: 'mirror', why: 'copies files of another S3 to the external drive' },
  { from: 'offsite', to: 'offsite', why: 'encrypted copies to S3' },
  { from: 'authelia', to: 'sign-in mail', why: 'mail' },
  { from: 'alertmanager', to: 'alert mail', why: 'daily summary' },
  { from: 'alertmanager', to: 'alert bridges', why: 'Matrix and SMS' },
];

/** Namespaces unless an operator says otherwise. */
export const defaultNamespace: Readonly<Record<Zone, string>> = {
  app: 'authorworks',
  data: 'authorworks-data',
  ai: 'authorworks-ai',
  watch: 'authorworks-watch',
  nodes: 'authorworks-nodes',
  ingress: 'kube-system',
};
