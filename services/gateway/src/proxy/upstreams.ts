import { type ServiceName } from '@authorworks/contracts';
import { type Base, gauge } from '@authorworks/platform';
import { Pool } from 'undici';
import { Breaker } from './breaker.ts';

/** Connections to one service; more requests than this wait for one. */
const CONNECTIONS = 256;
const CONNECT_MS = 3_000;
/** Shorter than the services' own 75 s, so that we close first and never write to a closed connection. */
const KEEP_ALIVE_MS = 60_000;
/** A stream whose source is silent for this long has died. */
const SILENCE_MS = 60_000;

/** One service as the proxy sees it. */
export interface Upstream {
  readonly service: ServiceName;
  readonly url: string;
  readonly pool: Pool;
  readonly breaker: Breaker;
}

/** Connections to the services, made when first used; a service that moved to another address gets new ones. */
export class Upstreams {
  readonly #base: Pick<Base, 'directory' | 'clock'>;
  readonly #upstreams = new Map<ServiceName, Upstream>();

  constructor(base: Base) {
    this.#base = base;
    gauge(base.metrics, 'gateway_breakers_open', 'Services that are given a rest', {
      read: () => [...this.#upstreams.values()].filter(({ breaker }) => breaker.state !== 'closed').length,
    });
  }

  of(service: ServiceName): Upstream {
    const url = this.#base.directory.urlOf(service);
    const known = this.#upstreams.get(service);
    if (known?.url === url) return known;
    // requests that are under way keep their connection
    if (known) void known.pool.close();
    const pool = new Pool(url, {
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: CONNECT_MS },
      keepAliveTimeout: KEEP_ALIVE_MS,
      bodyTimeout: SILENCE_MS,
    });
    const upstream = { service, url, pool, breaker: new Breaker(this.#base.clock.monotonicMs) };
    this.#upstreams.set(service, upstream);
    return upstream;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#upstreams.values()].map(async ({ pool }) => await pool.destroy()));
  }
}
