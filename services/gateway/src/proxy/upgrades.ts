import { type IncomingMessage, request as sendRequest, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { platformErrors } from '@authorworks/contracts';
import { fail, gauge, newId, translateError } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';
import { admit, LimitReached } from '../door/admit.ts';
import { addressKey, type Client, clientOf } from '../door/client.ts';
import { Cors } from '../door/cors.ts';
import { failureOf } from './forward.ts';
import { rateHeaders, requestHeaders } from './headers.ts';
import type { Upstream } from './upstreams.ts';

const HANDSHAKE_MS = 10_000;
/** socket.io pings every 25 s; a socket on which nothing moves for this long has no other end any more. */
const IDLE_MS = 120_000;

interface Sockets {
  readonly context: GatewayContext;
  readonly cors: Cors;
  readonly publicHost: string;
  readonly open: Set<Duplex>;
  readonly perAddress: Map<string, number>;
  draining: boolean;
}

/** A page of another site must not open sockets with what the browser knows of its reader. */
const isOurPage = ({ cors, publicHost }: Sockets, request: IncomingMessage, client: Client): boolean => {
  const { origin } = request.headers;
  if (origin === undefined || cors.allows(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === client.host || host === publicHost;
};

const count = ({ perAddress }: Sockets, key: string, by: 1 | -1): number => {
  const next = (perAddress.get(key) ?? 0) + by;
  if (next > 0) perAddress.set(key, next);
  else perAddress.delete(key);
  return next;
};

const head = (status: number, headers: Iterable<readonly [string, string]>): string =>
  `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${[...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

const refuse = (socket: Duplex, error: unknown, requestId: string): void => {
  const limit = error instanceof LimitReached ? error : undefined;
  const { definition, message, retryAfterSeconds } = translateError(limit?.refusal ?? error);
  const text = JSON.stringify({ error: { code: definition.code, message, requestId } });
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    'x-request-id': requestId,
    connection: 'close',
    ...rateHeaders(limit?.rate),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
  socket.end(head(definition.status, Object.entries(headers)) + text);
};

const pairsOf = (raw: readonly string[]): [string, string][] => {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
};

/** Lets bytes pass in both directions, at the pace of the slower end; when one ends, both do. */
const join = (one: Duplex, other: Duplex): void => {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
    from.pipe(to);
  }
};

interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly first: Buffer;
  readonly upstream: Upstream;
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Asks the service to upgrade; resolves when bytes flow, or when the service's refusal was passed on. */
const shake = async ({ request, socket, first, upstream, path, headers }: Handshake): Promise<void> =>
  await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(upstream.url);
    const asked = sendRequest({
      host: hostname.replace(/^\[|\]$/g, ''),
      port,
      path,
      method: 'GET',
      headers: { ...headers, connection: 'Upgrade', upgrade: request.headers.upgrade ?? 'websocket' },
      timeout: HANDSHAKE_MS,
    });
    const gone = (): void => void asked.destroy();
    socket.once('close', gone);
    asked.once('timeout', () =>
      asked.destroy(Object.assign(new Error('no answer to the upgrade'), { code: 'UND_ERR_HEADERS_TIMEOUT' })),
    );
    asked.once('error', reject);
    asked.once('upgrade', (answer, far, farFirst) => {
      socket.removeListener('close', gone);
      socket.write(head(101, pairsOf(answer.rawHeaders)));
      if (farFirst.length > 0) socket.write(farFirst);
      if (first.length > 0) far.write(first);
      far.setNoDelay(true);
      far.setTimeout(IDLE_MS, () => far.destroy());
      join(socket, far);
      resolve();
    });
    asked.once('response', (answer) => {
      // refused by the service: its words, and the end
      const pairs = pairsOf(answer.rawHeaders).filter(
        ([name]) => !/^(connection|keep-alive|transfer-encoding)$/i.test(name),
      );
      socket.write(head(answer.statusCode ?? 502, [...pairs, ['connection', 'close']]));
      answer.pipe(socket);
      resolve();
    });
    asked.end();
  });

const handle = async (sockets: Sockets, request: IncomingMessage, socket: Duplex, first: Buffer): Promise<void> => {
  const { context, open } = sockets;
  const requestId = newId();
  const client = clientOf(request, context.config);
  const key = addressKey(client.address);
  // counted before anything is awaited, so that a burst cannot slip through
  const now = count(sockets, key, 1);
  open.add(socket);
  socket.once('close', () => {
    open.delete(socket);
    count(sockets, key, -1);
  });
  try {
    if (sockets.draining) throw fail(platformErrors.shuttingDown, { retryAfterSeconds: 1 });
    if (now > context.config.socketsPerAddress)
      throw fail(platformErrors.rateLimited, { message: 'Too many open connections.', retryAfterSeconds: 5 });
    if (!isOurPage(sockets, request, client))
      throw fail(platformErrors.roleMissing, { message: 'This site may not do that.' });
    const admission = await admit(context.door, {
      method: 'GET',
      requestTarget: request.url ?? '/',
      authorization: request.headers.authorization,
      address: client.address,
    });
    if (!admission.route.socket) throw fail(platformErrors.routeNotFound);
    const upstream = context.upstreams.of(admission.route.service);
    const headers = requestHeaders(request.headers, admission, client, requestId);
    const path = admission.target.path + admission.target.search;
    await shakeThroughBreaker({ request, socket, first, upstream, path, headers });
  } catch (error) {
    if (socket.destroyed) return;
    context.log.debug({ err: error, requestId }, 'upgrade refused');
    refuse(socket, error, requestId);
  }
};

const shakeThroughBreaker = async (handshake: Handshake): Promise<void> => {
  const { upstream } = handshake;
  if (!upstream.breaker.admits()) throw failureOf(refusedConnection(), upstream).told;
  try {
    await shake(handshake);
    upstream.breaker.succeeded();
  } catch (error) {
    const { silent, told } = failureOf(error as Error, upstream);
    if (silent && !handshake.socket.destroyed) upstream.breaker.failed();
    else upstream.breaker.ended();
    throw told;
  }
};

const refusedConnection = (): Error =>
  Object.assign(new Error('the service is given a rest'), { code: 'ECONNREFUSED' });

/** WebSockets to the services that take them (the table's `sockets`). */
export const takeUpgrades = (context: GatewayContext, server: Server): void => {
  const { publicUrl, corsOrigins } = context.config;
  const sockets: Sockets = {
    context,
    cors: new Cors(corsOrigins),
    publicHost: new URL(publicUrl).host,
    open: new Set(),
    perAddress: new Map(),
    draining: false,
  };
  gauge(context.metrics, 'gateway_sockets_open', 'WebSockets that pass through', { read: () => sockets.open.size });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, first: Buffer) => {
    socket.on('error', () => socket.destroy());
    void handle(sockets, request, socket, first);
  });
  // the services have told their clients to come back elsewhere; what is still open ends now, so that closing can end
  context.onDrain('sockets', () => {
    sockets.draining = true;
    for (const socket of sockets.open) socket.end();
  });
};
