import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gatewayErrors, platformErrors, services } from '@authorworks/contracts';
import { AppError, DEFAULT_BODY_LIMIT_BYTES, fail, watchBody, watchReader } from '@authorworks/platform';
import type { Dispatcher } from 'undici';
import type { Admission } from '../door/admit.ts';
import { responseHeaders } from './headers.ts';
import type { Upstream } from './upstreams.ts';

/** The service ends a request at its contract's deadline and says why; only when it does not, we do. */
const GRACE_MS = 2_000;
const DEFAULT_TIMEOUT_MS = 15_000;
/** socket.io holds a polling request until something happens, at most one ping interval. */
const POLLING_TIMEOUT_MS = 60_000;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly admission: Admission;
  readonly upstream: Upstream;
  readonly headers: Record<string, string>;
  /** Headers of ours on the answer, and those that only fill what the service left open. */
  readonly answer: { readonly own: Record<string, string>; readonly defaults: Readonly<Record<string, string>> };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const timeoutOf = ({ route }: Admission): number =>
  (route.socket ? POLLING_TIMEOUT_MS : (route.endpoint?.timeoutMs ?? DEFAULT_TIMEOUT_MS)) + GRACE_MS;

const isJson = ({ route }: Admission): boolean =>
  route.endpoint?.bodyKind !== 'multipart' && route.endpoint?.bodyKind !== 'bytes';

/** A JSON body is small; one that takes longer than this is held open on purpose. Above the service's own 20 s. */
const SLOW_JSON_MS = 25_000;

/** socket.io without WebSocket: an update of the largest size (editorLimits) in base64, and some more in one batch. */
const POLLING_LIMIT_BYTES = 16 * 1024 * 1024;

const limitOf = ({ route }: Admission): number =>
  route.socket ? POLLING_LIMIT_BYTES : (route.endpoint?.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES);

/** A small body that has come already, while the door was asked: one write instead of a stream. */
const arrivedBody = (request: IncomingMessage, length: number): Buffer | undefined => {
  if (!request.complete || request.readableLength !== length) return undefined;
  const body = request.read() as Buffer | null;
  request.resume();
  return body ?? undefined;
};

/** The body where it is here as a whole (null: there is none); undefined: it is still coming. @throws AppError */
const wholeBodyOf = ({ request, admission }: Exchange): Buffer | null | undefined => {
  if (!hasBody(request)) return null;
  if (request.method === 'GET' || request.method === 'HEAD')
    throw fail(platformErrors.malformedRequest, { message: `${request.method} takes no body.` });
  const { 'content-length': declared } = request.headers;
  if (declared === undefined) return undefined;
  if (Number(declared) > limitOf(admission)) throw fail(platformErrors.bodyTooLarge);
  return arrivedBody(request, Number(declared));
};

/** A body on its way to the service, never held whole. */
const comingBodyOf = ({ request, admission }: Exchange, refuse: (error: AppError) => void): Readable => {
  const limit = limitOf(admission);
  watchBody(
    request,
    () => refuse(fail(platformErrors.requestTimeout)),
    isJson(admission) ? { totalMs: SLOW_JSON_MS } : {},
  );
  // Node's parser holds a sender to the length it declared
  if (request.headers['content-length'] !== undefined) return request;
  let seen = 0;
  return request.pipe(
    new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        seen += chunk.length;
        if (seen <= limit) return done(null, chunk);
        refuse(fail(platformErrors.bodyTooLarge));
      },
    }).on('error', () => undefined),
  );
};

const SILENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

const down = ({ service, breaker }: Upstream, cause?: unknown): AppError =>
  fail(gatewayErrors.serviceDown, {
    message: `${services[service].title} is not answering. Your work elsewhere goes on; please try again in a moment.`,
    retryAfterSeconds: breaker.retryAfterSeconds,
    cause,
  });

/** What a failure of undici means: the service is silent, or slow, or the fault is on our own side. */
export const failureOf = (error: Error, upstream: Upstream): { silent: boolean; slow: boolean; told: unknown } => {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return { silent: true, slow: true, told: fail(gatewayErrors.serviceSlow, { cause: error }) };
  const silent = SILENT.has(code);
  return { silent, slow: false, told: silent ? down(upstream, error) : error };
};

/** One attempt at an exchange, as undici tells of it. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #done: (error?: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #settled = false;

  constructor(exchange: Exchange, done: (error?: Error) => void) {
    this.#exchange = exchange;
    this.#done = done;
  }

  /** Ends the request to the service, from our side. */
  stop(reason: Error): void {
    this.#stopped ??= reason;
    this.#controller?.abort(reason);
    if (reason instanceof AppError) this.#settle(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped) controller.abort(this.#stopped);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<typeof responseHeaders>[0],
  ): void {
    const { response, upstream, answer } = this.#exchange;
    upstream.breaker.succeeded();
    response.writeHead(status, responseHeaders(headers, answer.own, answer.defaults));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.#exchange;
    if (response.write(chunk)) return;
    // the caller reads slower than the service sends: let the service wait, and look whether anybody reads at all
    controller.pause();
    this.#watchReader(response);
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#exchange.response.end();
    this.#settle();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#settle(this.#stopped ?? error);
  }

  #watching = false;
  #watchReader(response: ServerResponse): void {
    if (this.#watching) return;
    this.#watching = true;
    watchReader(response);
  }

  #settle(error?: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#done(error);
  }
}

/** The caller went away; nobody is left to tell. */
export class CallerGone extends Error {}

const attempt = async (exchange: Exchange, whole: Buffer | null | undefined): Promise<void> =>
  await new Promise((resolve, reject) => {
    const { request, response, admission, upstream, headers } = exchange;
    const gone = (): void => {
      if (!response.writableFinished) current.stop(new CallerGone('the caller has gone'));
    };
    const current = new Attempt(exchange, (error) => {
      response.removeListener('close', gone);
      if (error === undefined) resolve();
      else reject(error);
    });
    const body = whole === undefined ? comingBodyOf(exchange, (error) => current.stop(error)) : whole;
    response.once('close', gone);
    const { path, search } = admission.target;
    const timeoutMs = timeoutOf(admission);
    upstream.pool.dispatch(
      { method: request.method ?? 'GET', path: path + search, headers, body, headersTimeout: timeoutMs },
      current,
    );
  });

/** No connection came about: nothing of the request has been sent. */
const UNSENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Milliseconds before it is tried again. A pod that has ended is still named for a moment; the next try may find another. */
const WAITS_MS: readonly number[] = [50, 150, 300];

/** The same for a reading request whose connection broke. A pod that ends may break several, also the next one that is taken. */
const BROKEN_WAITS_MS: readonly number[] = [0, 100];

/** How long to wait before a request is sent again, in milliseconds; undefined: it must not be, or that would not help. */
const repeatAfter = (exchange: Exchange, whole: Buffer | null | undefined, tries: Tries): number | undefined => {
  const { request, response } = exchange;
  if (whole === undefined || response.headersSent || response.destroyed) return undefined;
  if (UNSENT.has(tries.code)) return WAITS_MS[tries.count - 1];
  const reads = whole === null && (request.method === 'GET' || request.method === 'HEAD');
  return reads ? BROKEN_WAITS_MS[tries.count - 1] : undefined;
};

interface Tries {
  readonly count: number;
  /** Of the error that ended the last one. */
  readonly code: string;
}

/**
 * Sends a request to its service and the answer back, both as streams. What was never sent, because no connection came
 * about, is tried again a few times; so is a reading request whose connection broke: the service may have closed an idle
 * connection in that moment, or been replaced.
 * @throws AppError GATEWAY_SERVICE_DOWN or _SLOW, body errors, CallerGone
 */
export const forward = async (exchange: Exchange): Promise<void> => {
  const { upstream } = exchange;
  const { breaker } = upstream;
  const whole = wholeBodyOf(exchange);
  if (!breaker.admits()) throw down(upstream);
  for (let count = 1; ; count += 1) {
    try {
      await attempt(exchange, whole);
      return;
    } catch (error) {
      if (error instanceof CallerGone || error instanceof AppError) {
        breaker.ended();
        throw error;
      }
      const { silent, slow, told } = failureOf(error as Error, upstream);
      const { code = '' } = error as NodeJS.ErrnoException;
      const waitMs = silent && !slow ? repeatAfter(exchange, whole, { count, code }) : undefined;
      if (waitMs !== undefined) {
        await delay(waitMs);
        if (!exchange.response.destroyed) continue;
      }
      if (silent) breaker.failed();
      else breaker.ended();
      throw told;
    }
  }
};
