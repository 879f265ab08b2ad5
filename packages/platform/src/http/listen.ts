import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type ErrorDefinition, platformErrors } from '@authorworks/contracts';
import { newId } from '../ids.ts';

/** Headers must be there within this time (FAULTS 28); bodies have their own watch. */
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for connections whose headers are late. */
const CHECK_MS = 2_500;
/** Longer than the idle time of the proxies in front, so that they close first and never write to a closed connection. */
const KEEP_ALIVE_MS = 75_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Node would silently drop those above its own limit; we refuse the request instead. */
const MAX_HEADERS = 100;

const IDLE_LOOK_MS = 50;

export interface Listener {
  readonly server: Server;
  readonly port: number;
  /** Origin at which this process reaches it. */
  readonly url: string;
}

/** Answers in the house's shape where there is no request yet, because its head could not be read. */
const refuse = (socket: Socket, definition: ErrorDefinition): void => {
  const { status, code, message } = definition;
  const text = JSON.stringify({ error: { code, message, requestId: newId() } });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
};

const refusalOf = (code: string | undefined): ErrorDefinition => {
  if (code === 'HPE_HEADER_OVERFLOW') return platformErrors.headersTooLarge;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return platformErrors.requestTimeout;
  return platformErrors.malformedRequest;
};

const countHeaders =
  (handle: RequestListener): RequestListener =>
  (request, response) => {
    if (request.rawHeaders.length <= MAX_HEADERS * 2) handle(request, response);
    else refuse(request.socket, platformErrors.headersTooLarge);
  };

const sockets = new WeakMap<Server, Set<Socket>>();

/** Every open connection of a server: upgraded ones (WebSocket) are not in Node's own books any more. */
const remember = (server: Server): void => {
  const open = new Set<Socket>();
  sockets.set(server, open);
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
};

/** Starts to listen; port 0 takes a free one. @throws with code EADDRINUSE when the port is taken. */
export const listen = async (
  handle: RequestListener,
  address: { readonly host: string; readonly port: number },
): Promise<Listener> => {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_MS,
    },
    countHeaders(handle),
  );
  server.maxHeadersCount = 0;
  remember(server);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // bytes of an answer may have left already on this connection; then a second answer would be taken for its rest
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) socket.destroy();
    else refuse(socket, refusalOf(error.code));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = address.host === '0.0.0.0' || address.host === '::' ? '127.0.0.1' : address.host;
  return { server, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}` };
};

export interface DrainOptions {
  /** How long answers go on that say that they are the last of their connection. */
  readonly farewellMs: number;
  /** How long running answers may take after that. */
  readonly drainMs: number;
}

/**
 * Says farewell, stops accepting, lets running answers end, and cuts what is left after `drainMs`, WebSockets included. A
 * connection that is closed while it is idle may have a request on its way; one that was told to end has none.
 */
export const drain = async (server: Server, { farewellMs, drainMs }: DrainOptions): Promise<void> => {
  if (farewellMs > 0) {
    server.prependListener('request', (_request, response) => {
      response.shouldKeepAlive = false;
    });
    await new Promise((resolve) => setTimeout(resolve, farewellMs));
  }
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // a connection that was busy becomes idle when its answer has left, and would stay for a keep-alive of a minute
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const cut = setTimeout(() => {
    server.closeAllConnections();
    for (const socket of sockets.get(server) ?? []) socket.destroy();
  }, drainMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
};
