import type { IncomingMessage } from 'node:http';

const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-match, if-none-match, range, x-request-id';
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const EXPOSED_HEADERS =
  'x-request-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, content-range, etag, location';
const PREFLIGHT_SECONDS = '600';

/** Other web apps on the API: only those that the operator named, with tokens, never with cookies. */
export class Cors {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins.map((origin) => origin.replace(/\/$/, '')));
  }

  allows(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** For every answer on the API. */
  headersFor(request: IncomingMessage): Record<string, string> {
    const { origin } = request.headers;
    if (this.#origins.size === 0) return {};
    if (origin === undefined || !this.#origins.has(origin)) return { vary: 'origin' };
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED_HEADERS,
    };
  }

  /** A browser's question before the real request; undefined when this is none that we answer. */
  preflight(request: IncomingMessage): Record<string, string> | undefined {
    const { origin, 'access-control-request-method': method } = request.headers;
    if (request.method !== 'OPTIONS' || method === undefined || origin === undefined || !this.allows(origin))
      return undefined;
    return {
      ...this.headersFor(request),
      'access-control-allow-methods': ALLOWED_METHODS,
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': PREFLIGHT_SECONDS,
    };
  }
}
