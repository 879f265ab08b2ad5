import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { platformErrors, socketErrors, type SocketMessages } from '@authorworks/contracts';
import { createAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import { fail } from './errors.ts';
import { remoteKeys } from './http/auth.ts';
import type { Base } from './service.ts';
import type { Connection, MessageOf } from './sockets/connection.ts';
import { Door } from './sockets/door.ts';
import type { EngineSocket, Flow } from './sockets/flow.ts';
import { countConnections, type SocketMetrics, socketMetrics } from './sockets/metrics.ts';
import { defaultLimits, type SocketsOptions } from './sockets/options.ts';
import { problemOf, refusalOf } from './sockets/problem.ts';

export type { Rate } from './sockets/bucket.ts';
export { Bucket } from './sockets/bucket.ts';
export type { Connection, MessageOptions } from './sockets/connection.ts';
export type { SocketLimits, SocketsOptions } from './sockets/options.ts';
export { openRevocations, type Revocations } from './sockets/revocations.ts';

/** Below the idle timeouts of proxies; a client that is gone is noticed within a minute. */
const PING_EVERY_MS = 25_000;
const PING_TIMEOUT_MS = 20_000;
/** A client must say who it is within this time. */
const SIGN_IN_MS = 10_000;
/** How often slow readers are looked for. */
const LOOK_MS = 1_000;
/** Clients of a service that ends go within this time, spread, so that not all arrive elsewhere in one moment. */
const LEAVE_WITHIN_MS = 2_000;
/** Of a house that people do not reach any more, but which stays until they have gone. */
const MOVE_WITHIN_MS = 8_000;

export interface Sockets<Events extends object, Messages extends SocketMessages = SocketMessages> {
  /** Sends to all connections in a room, encoded once. */
  readonly send: <E extends keyof Events & string>(
    room: string,
    name: E,
    message: MessageOf<Events[E]>,
    options?: { readonly exceptConnection?: string },
  ) => void;
  /** Everybody leaves a room. */
  readonly empty: (room: string) => void;
  readonly connections: () => readonly Connection<Events, Messages>[];
}

const openServer = (
  http: HttpServer,
  options: Pick<SocketsOptions, 'contract' | 'maxMessageBytes' | 'redis'>,
  allows: (request: IncomingMessage) => boolean,
): Server =>
  new Server(http, {
    path: options.contract.path,
    serveClient: false,
    transports: ['websocket', 'polling'],
    // room for the envelope, and for base64, which polling needs
    maxHttpBufferSize: Math.ceil(options.maxMessageBytes * 1.4) + 64 * 1024,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: PING_EVERY_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: SIGN_IN_MS,
    allowRequest: (request, decide) => {
      const allowed = allows(request);
      decide(allowed ? null : platformErrors.shuttingDown.message, allowed);
    },
    ...(options.redis
      ? {
          adapter: createAdapter(options.redis.commands, options.redis.connect('sockets'), {
            key: options.contract.path,
          }),
        }
      : {}),
  });

/** Cuts those who read slowest while all of them together leave more unread than `limitBytes`. */
const cutSlowReaders = (flows: Iterable<Flow>, limitBytes: number, metrics: SocketMetrics): void => {
  const waiting = [...flows].map((flow) => ({ flow, bytes: flow.unsentBytes })).filter(({ bytes }) => bytes > 0);
  let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { flow, bytes } of waiting.sort((a, b) => b.bytes - a.bytes)) {
    if (total <= limitBytes) return;
    total -= bytes;
    metrics.cut.inc({ reason: socketErrors.tooSlow.code });
    flow.cut();
  }
};

/** Ends connections of sessions that end, and all of them when the service does; comes first in its shutdown. */
const closeInOrder = <Events extends object, Messages extends SocketMessages>(
  base: Base,
  door: Door<Events, Messages>,
  server: Server,
  namespace: string,
): void => {
  const sendElsewhere = (withinMs: number): void => {
    for (const connection of door.guests.byId.values())
      (connection as unknown as Connection).send('draining', {
        reconnectAfterMs: Math.round(Math.random() * withinMs),
      });
  };
  // the other house has taken over: new connections lead there
  base.duty.onClosed(() => sendElsewhere(MOVE_WITHIN_MS));
  base.onDrain('sockets', () => {
    door.isClosed = true;
    sendElsewhere(LEAVE_WITHIN_MS);
  });
  base.onClose('sockets', () => {
    door.isClosed = true;
    server.of(namespace).local.disconnectSockets(true);
    // not server.close(): the service closes the HTTP server itself, after running answers have left
    server.engine.close();
  });
};

/**
 * Opens a socket.io server on the service's HTTP server: every connection has shown an access token, which is renewed over
 * the open connection before it ends; ended sessions are cut; floods are slowed down before they are parsed; slow readers
 * are cut before they fill the memory. Drains and closes with the service.
 */
export const openSockets = <Events extends object, Messages extends SocketMessages>(
  base: Base,
  http: HttpServer,
  options: SocketsOptions<Events, Messages>,
): Sockets<Events, Messages> => {
  const metrics = socketMetrics(base);
  const limits = { ...defaultLimits, ...options.limits };
  const keys = options.keys ?? remoteKeys(() => base.directory.urlOf('user'));
  const door = new Door<Events, Messages>(base, { ...options, limits, keys }, metrics);
  countConnections(base, () => door.guests.byId.size);

  const server = openServer(http, options, (request) => door.allows(request));
  server.engine.on('connection', (engine: EngineSocket) => door.watch(engine));
  server.of('/').use((_socket, next) => next(refusalOf(fail(socketErrors.unknownMessage))));
  const namespace = server.of(options.contract.namespace);
  namespace.use((socket, proceed) => void door.admit(socket).then(proceed));
  namespace.on('connection', (socket) => door.welcome(socket));

  options.revocations?.onRevoked((sessionId) => {
    for (const connection of door.guests.byId.values())
      if (connection.auth.sessionId === sessionId) connection.end(problemOf(socketErrors.sessionEnded));
  });
  const slow = setInterval(() => cutSlowReaders(door.flows.values(), limits.unsentBytes, metrics), LOOK_MS);
  base.onClose('slow readers', () => clearInterval(slow));
  closeInOrder(base, door, server, options.contract.namespace);

  return {
    send: (room, name, message, { exceptConnection } = {}) => {
      const target = exceptConnection === undefined ? namespace.to(room) : namespace.to(room).except(exceptConnection);
      target.emit(name, message);
    },
    empty: (room) => namespace.in(room).socketsLeave(room),
    connections: () => [...door.guests.byId.values()],
  };
};
