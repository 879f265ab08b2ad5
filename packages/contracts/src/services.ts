/**
 * THE TABLE. The launcher, the gateway's routes, the charts, skaffold.yaml, dashboards and tests are derived from it:
 * adding a service is one folder and one row. Memory figures come from the deployment document (deployment-strategy.md):
 * request = lower bound, limit = upper bound, in MiB.
 */

/** What a service needs to run; the charts derive network policies and secrets from it, the launcher its settings. */
export interface ServiceNeeds {
  /** A PostgreSQL schema of its own, named like the service. */
  readonly postgres?: true;
  readonly redis?: true;
  /** Object storage under a prefix named like the service. */
  readonly blobs?: true;
  /** Sends e-mail. */
  readonly mail?: true;
  /** Services it calls over HTTP. */
  readonly services?: readonly string[];
}

/** Where a pod may run: `server` = the amd64 home server, `pi` = an arm64 Raspberry Pi, `any` = both. */
export type Placement = 'server' | 'pi' | 'any';

export interface ServiceRow {
  /** `planned`: the row is kept, but the service is neither started nor routed. */
  readonly state: 'built' | 'planned';
  readonly title: string;
  readonly summary: string;
  /** Port inside a pod. The one-command mode takes free ports instead. */
  readonly port: number;
  /** Public path prefixes that the gateway routes to it. */
  readonly paths: readonly string[];
  /** Those of `paths` that upgrade to WebSocket. */
  readonly sockets?: readonly string[];
  readonly needs: ServiceNeeds;
  readonly memoryMiB: { readonly request: number; readonly limit: number };
  readonly cpuMillis: { readonly request: number; readonly limit: number };
  readonly placement: Placement;
  /** Replicas; `max: 1` marks a service that may not run twice. */
  readonly replicas: { readonly min: number; readonly max: number };
}

const PORT = 3000;

const table = {
  gateway: {
    state: 'built',
    title: 'Gateway',
    summary: 'One door: routes, tokens, limits, health and the API document of the whole house.',
    port: PORT,
    paths: ['/api/openapi.json', '/api/docs', '/api/services', '/healthz'],
    needs: { redis: true, services: ['user', 'content', 'editor', 'storage', 'web', 'jobs'] },
    memoryMiB: { request: 200, limit: 400 },
    cpuMillis: { request: 100, limit: 1000 },
    placement: 'any',
    replicas: { min: 1, max: 4 },
  },
  user: {
    state: 'built',
    title: 'User',
    summary: 'Who you are: accounts, sessions, tokens, roles, pen names, sign-in with a provider.',
    port: PORT,
    paths: ['/api/user'],
    needs: { postgres: true, redis: true, mail: true },
    memoryMiB: { request: 200, limit: 400 },
    cpuMillis: { request: 100, limit: 1000 },
    placement: 'any',
    replicas: { min: 1, max: 4 },
  },
  content: {
    state: 'built',
    title: 'Content',
    summary: 'The book: series, books, parts, chapters, scenes, import, revisions, editions, export.',
    port: PORT,
    paths: ['/api/content'],
    needs: { postgres: true, redis: true, blobs: true, services: ['user', 'editor', 'storage'] },
    memoryMiB: { request: 500, limit: 1024 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'server',
    replicas: { min: 1, max: 4 },
  },
  editor: {
    state: 'built',
    title: 'Editor',
    summary: 'Write together: the live documents, one for each scene.',
    port: PORT,
    paths: ['/api/editor'],
    sockets: ['/api/editor/socket'],
    needs: { postgres: true, redis: true, services: ['user', 'content'] },
    memoryMiB: { request: 1024, limit: 2048 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'any',
    replicas: { min: 1, max: 4 },
  },
  storage: {
    state: 'built',
    title: 'Storage',
    summary: 'Files: resumable uploads, quotas, images in sizes, range requests.',
    port: PORT,
    paths: ['/api/storage'],
    needs: { postgres: true, redis: true, blobs: true, services: ['user', 'content'] },
    memoryMiB: { request: 1024, limit: 2048 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'server',
    replicas: { min: 1, max: 4 },
  },
  web: {
    state: 'built',
    title: 'Web',
    summary: 'What people see: the single-page application and public book pages.',
    port: PORT,
    paths: ['/'],
    needs: { services: ['content'] },
    memoryMiB: { request: 64, limit: 192 },
    cpuMillis: { request: 50, limit: 500 },
    placement: 'any',
    replicas: { min: 1, max: 4 },
  },
  subscription: {
    state: 'planned',
    title: 'Subscription',
    summary: "Money that is the author's: plans, credits, ledger, invoices.",
    port: PORT,
    paths: ['/api/subscription'],
    needs: { postgres: true, redis: true, services: ['user'] },
    memoryMiB: { request: 300, limit: 500 },
    cpuMillis: { request: 100, limit: 1000 },
    placement: 'any',
    replicas: { min: 1, max: 2 },
  },
  messaging: {
    state: 'planned',
    title: 'Messaging',
    summary: 'Talk: notifications, rooms, newsletters, beta reading.',
    port: PORT,
    paths: ['/api/messaging'],
    sockets: ['/api/messaging/socket'],
    needs: { postgres: true, redis: true, mail: true, services: ['user', 'content'] },
    memoryMiB: { request: 300, limit: 500 },
    cpuMillis: { request: 100, limit: 1000 },
    placement: 'any',
    replicas: { min: 1, max: 2 },
  },
  discovery: {
    state: 'planned',
    title: 'Discovery',
    summary: 'Be found: hybrid search, similar books, trending.',
    port: PORT,
    paths: ['/api/discovery'],
    needs: { postgres: true, redis: true, blobs: true, services: ['user', 'content'] },
    memoryMiB: { request: 1024, limit: 2048 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'server',
    replicas: { min: 1, max: 1 },
  },
  graphics: {
    state: 'planned',
    title: 'Graphics',
    summary: 'Covers and pictures.',
    port: PORT,
    paths: ['/api/graphics'],
    needs: { postgres: true, redis: true, blobs: true, services: ['user', 'content', 'storage'] },
    memoryMiB: { request: 2048, limit: 4096 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'server',
    replicas: { min: 1, max: 1 },
  },
  audio: {
    state: 'planned',
    title: 'Audio',
    summary: 'The narrated book.',
    port: PORT,
    paths: ['/api/audio'],
    needs: { postgres: true, redis: true, blobs: true, services: ['user', 'content', 'storage'] },
    memoryMiB: { request: 1024, limit: 2048 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'server',
    replicas: { min: 1, max: 1 },
  },
  video: {
    state: 'planned',
    title: 'Video',
    summary: 'Trailers and clips.',
    port: PORT,
    paths: ['/api/video'],
    needs: { postgres: true, redis: true, blobs: true, services: ['user', 'content', 'storage'] },
    memoryMiB: { request: 2048, limit: 4096 },
    cpuMillis: { request: 200, limit: 4000 },
    placement: 'server',
    replicas: { min: 1, max: 1 },
  },
  ai: {
    state: 'planned',
    title: 'AI',
    summary: 'Words: generation with a fair queue, the book pipeline, continuity.',
    port: PORT,
    paths: ['/api/ai'],
    needs: { postgres: true, redis: true, services: ['user', 'content', 'editor', 'subscription'] },
    memoryMiB: { request: 300, limit: 600 },
    cpuMillis: { request: 200, limit: 2000 },
    placement: 'server',
    replicas: { min: 1, max: 1 },
  },
  jobs: {
    state: 'built',
    title: 'Jobs',
    summary: 'Background work on the Pis: tasks by the clock and by hand, and what operators see of the house.',
    port: PORT,
    paths: ['/api/jobs'],
    needs: { postgres: true, redis: true, services: ['gateway', 'user', 'content', 'editor', 'storage', 'web'] },
    // 500 MB, and with what runs on each Pi no more than a Pi has
    memoryMiB: { request: 200, limit: 476 },
    cpuMillis: { request: 100, limit: 1000 },
    placement: 'pi',
    replicas: { min: 1, max: 1 },
  },
} as const satisfies Record<string, ServiceRow>;

export type ServiceName = keyof typeof table;

/** The table, by name, in the order in which services are documented. */
export const services: Readonly<Record<ServiceName, ServiceRow>> = table;

export const serviceNames = Object.keys(table) as readonly ServiceName[];

/** Names of the services that exist; those marked planned are left out. */
export const builtServiceNames: readonly ServiceName[] = serviceNames.filter(
  (name) => services[name].state === 'built',
);

/**
 * The built service that a public path belongs to: the longest matching prefix wins, `/` is web's.
 * @returns undefined for /internal/…, which is never routed, and for the paths of planned services.
 */
export const serviceOfPath = (path: string): ServiceName | undefined => {
  if (path === '/internal' || path.startsWith('/internal/')) return undefined;
  let best: { name: ServiceName; length: number } | undefined;
  for (const name of serviceNames) {
    for (const prefix of services[name].paths) {
      const matches = prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
      if (matches && prefix.length > (best?.length ?? 0)) best = { name, length: prefix.length };
    }
  }
  if (!best || services[best.name].state === 'planned') return undefined;
  if (best.name === 'web' && (path === '/api' || path.startsWith('/api/'))) return undefined;
  return best.name;
};
