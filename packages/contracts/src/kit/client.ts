import type { AnswerOf, Api, CallOf, EndpointDefinition, RequestBody } from './endpoint.ts';
import type { ErrorBody, FieldProblem } from './error.ts';

/** What a call needs of an endpoint; the web app ships only this much of each (routes.generated.ts). */
export type EndpointRoute = Pick<EndpointDefinition, 'method' | 'path' | 'respond' | 'bodyKind' | 'timeoutMs'>;

export interface ClientOptions {
  /** Origin the paths are appended to, e.g. http://content:3000; '' in a browser. */
  readonly baseUrl: string | (() => string);
  /** Headers of each call, e.g. authorization. Asked each time, so that tokens can rotate. */
  readonly headers?: (call: { readonly path: string }) => Record<string, string> | Promise<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
}

/** Options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
  /** Milliseconds; replaces the endpoint's deadline. */
  readonly timeoutMs?: number;
}

/** A failed call: the server's answer, or a network problem (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly fields: readonly FieldProblem[];
  /** Seconds that the server asks to wait before another try, where it said. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    body: ErrorBody['error'],
    options: { cause?: unknown; retryAfterSeconds?: number | undefined } = {},
  ) {
    super(body.message, { cause: options.cause });
    this.status = status;
    this.code = body.code;
    this.requestId = body.requestId;
    this.fields = body.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export type Client<A extends Api> = {
  readonly [K in keyof A]: (
    ...args: keyof CallOf<A[K]> extends never
      ? [call?: undefined, options?: CallOptions]
      : [call: CallOf<A[K]>, options?: CallOptions]
  ) => Promise<AnswerOf<A[K]>>;
};

interface LooseCall {
  readonly params?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

const pathOf = (route: EndpointRoute, call: LooseCall): string => {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = call.params?.[name];
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new TypeError(`${route.path} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.size > 0 ? `${path}?${search}` : path;
};

const readError = async (response: Response): Promise<ApiError> => {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  const requestId = response.headers.get('x-request-id') ?? '';
  const text = await response.text().catch(() => '');
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    if (typeof error?.code === 'string') return new ApiError(response.status, error, { retryAfterSeconds });
  } catch {
    // not ours: a proxy's page, or a body that was cut; fall through to the status
  }
  const message = `The server answered ${response.status}.`;
  return new ApiError(response.status, { code: 'UNEXPECTED_ANSWER', message, requestId }, { retryAfterSeconds });
};

const bodyOf = (route: EndpointRoute, body: unknown): { body?: RequestBody; headers: Record<string, string> } => {
  if (body === undefined) return { headers: {} };
  if (route.bodyKind === 'multipart') return { body: body as FormData, headers: {} };
  if (route.bodyKind === 'bytes')
    return { body: body as RequestBody, headers: { 'content-type': 'application/octet-stream' } };
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
};

const call = async (
  options: ClientOptions,
  route: EndpointRoute,
  args: LooseCall,
  callOptions: CallOptions,
): Promise<unknown> => {
  const path = pathOf(route, args);
  const { body, headers } = bodyOf(route, args.body);
  const baseUrl = typeof options.baseUrl === 'function' ? options.baseUrl() : options.baseUrl;
  const timeout = AbortSignal.timeout(callOptions.timeoutMs ?? route.timeoutMs ?? 15_000);
  const signal = callOptions.signal ? AbortSignal.any([timeout, callOptions.signal]) : timeout;
  const streams = typeof ReadableStream !== 'undefined' && body instanceof ReadableStream;
  let response: Response;
  try {
    response = await (options.fetch ?? fetch)(baseUrl + path, {
      method: route.method,
      headers: {
        accept: route.respond === 'stream' ? '*/*' : 'application/json',
        ...headers,
        ...(await options.headers?.({ path })),
        ...(callOptions.idempotencyKey ? { 'idempotency-key': callOptions.idempotencyKey } : {}),
      },
      signal,
      redirect: 'error',
      ...(body === undefined ? {} : { body }),
      ...(streams ? { duplex: 'half' } : {}),
    });
  } catch (cause) {
    if (callOptions.signal?.aborted) throw cause;
    const message = timeout.aborted ? 'The server took too long to answer.' : 'The server cannot be reached.';
    throw new ApiError(
      0,
      { code: timeout.aborted ? 'NETWORK_TIMEOUT' : 'NETWORK_UNREACHABLE', message, requestId: '' },
      { cause },
    );
  }
  if (!response.ok) throw await readError(response);
  if (route.respond === 'stream') return response;
  if (response.status === 204 || route.respond === 'empty') return undefined;
  const answer = (await response.json()) as { data: unknown };
  return route.respond === 'page' ? answer : answer.data;
};

/** The routes of an API without its schemas. */
export type RoutesOf<A extends Api> = { readonly [K in keyof A]: EndpointRoute };

/** Like createClient, from routes alone: `createClientFromRoutes<ContentApi>(routes, …)` keeps schemas out of a browser's bundle. */
export const createClientFromRoutes = <A extends Api>(routes: RoutesOf<A>, options: ClientOptions): Client<A> => {
  const client: Record<string, unknown> = {};
  for (const [name, route] of Object.entries<EndpointRoute>(routes)) {
    client[name] = (args: LooseCall = {}, callOptions: CallOptions = {}) => call(options, route, args, callOptions);
  }
  return client as Client<A>;
};

/**
 * A typed client of a service's endpoints over fetch, for Node and browsers. It neither retries nor validates answers;
 * platform/client adds retries and identity for calls between services.
 * @throws ApiError for every answer with a status of 400 or more, and for network failures (status 0).
 */
export const createClient = <A extends Api>(api: A, options: ClientOptions): Client<A> =>
  createClientFromRoutes<A>(api, options);
