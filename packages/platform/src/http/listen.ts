import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

/** Headers must be there within this time (FAULTS 28); bodies have their own watch. */
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the idle time of the proxies in front, so that they close first and never write to a closed connection. */
const KEEP_ALIVE_MS = 75_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;

export interface Listener {
  readonly server: Server;
  readonly port: number;
  /** Origin at which this process reaches it. */
  readonly url: string;
}

/** Starts to listen; port 0 takes a free one. @throws with code EADDRINUSE when the port is taken. */
export const listen = async (
  app: Express,
  address: { readonly host: string; readonly port: number },
): Promise<Listener> => {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: 0,
      connectionsCheckingInterval: 5_000,
    },
    app,
  );
  server.maxHeadersCount = MAX_HEADERS;
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

/** Stops accepting, lets running answers end, and cuts what is left after `drainMs`. */
export const drain = async (server: Server, drainMs: number): Promise<void> => {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(cut);
};
