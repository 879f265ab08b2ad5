import {
  type Api,
  type EndpointDefinition,
  platformErrors,
  type ServiceName,
  services,
  type StreamedResponse,
} from '@authorworks/contracts';
import { type OpenApiDocument, openApiOf } from '@authorworks/contracts/openapi';
import { SpanKind, trace } from '@opentelemetry/api';
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { AppError, fail, translateError } from '../errors.ts';
import type { Health } from '../health.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { withRequest } from '../request-context.ts';
import { contextFromHeaders, inSpan } from '../trace-context.ts';
import { errorBody, sendEmpty, sendError, sendJson, sendStream, successStatus } from './answer.ts';
import { type Auth, authenticate, type Authenticator } from './auth.ts';
import { readBody } from './body.ts';
import { hashOf, type IdempotencyStore, once, type StoredAnswer } from './idempotency.ts';
import { parseRequest, parseResult } from './parse.ts';
import type { Call, Routes } from './routes.ts';

export interface AppOptions {
  readonly service: ServiceName;
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly authenticator: Authenticator;
  readonly idempotency: IdempotencyStore | undefined;
  readonly checkAnswers: boolean;
  /** Number of proxies in front that may be believed about the client's address: the gateway is one. */
  readonly trustedProxies: number | readonly string[];
  /** Handlers of a service's own behind the routes: the gateway's proxy, the web's files. */
  readonly mount?: (app: Router) => void;
}

interface Locals {
  requestId: string;
  route: string;
}
const localsOf = (response: Response): Locals => response.locals as unknown as Locals;

/** Ids from outside are kept only if they cannot confuse a log. */
const requestIdOf = (request: Request): string => {
  const given = request.get('x-request-id');
  return given && /^[\w.-]{8,100}$/.test(given) ? given : newId();
};

/** First in line: request id, trace context, metrics and one log line for each answer. */
const observe =
  ({ log, metrics }: AppOptions) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const started = performance.now();
    const locals = localsOf(response);
    locals.requestId = requestIdOf(request);
    locals.route = 'none';
    response.setHeader('x-request-id', locals.requestId);
    metrics.httpOpen.inc();
    response.once('close', () => {
      metrics.httpOpen.dec();
      const seconds = (performance.now() - started) / 1000;
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      metrics.httpSeconds.observe({ method: request.method, route: locals.route, status }, seconds);
      log.debug(
        {
          requestId: locals.requestId,
          method: request.method,
          route: locals.route,
          status,
          milliseconds: Math.round(seconds * 1000),
        },
        'answered',
      );
    });
    const run = (): void => withRequest({ requestId: locals.requestId }, next);
    contextFromHeaders(request.headers, run);
  };

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-site',
  'cache-control': 'no-store',
  // API answers are never documents; pages set their own policy
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

const secure = (_request: Request, response: Response, next: NextFunction): void => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  next();
};

const machineRoom = (app: Router, { health, metrics, service }: AppOptions, document: OpenApiDocument): void => {
  app.get('/livez', (_request, response) => void response.json({ ok: true }));
  app.get('/readyz', async (_request, response) => {
    const report = await health.report();
    response.status(report.ready ? 200 : 503).json(report);
  });
  app.get(
    '/metrics',
    async (_request, response) =>
      void response.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  app.get(`/api/${service}/openapi.json`, (_request, response) => void response.json(document));
};

/** Fires when the caller has gone or the deadline has passed. */
const signalOf = (endpoint: EndpointDefinition, response: Response): AbortSignal => {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the caller has gone'));
  });
  return AbortSignal.any([gone.signal, AbortSignal.timeout(endpoint.timeoutMs ?? 15_000)]);
};

const callOf = (
  endpoint: EndpointDefinition,
  auth: Auth,
  log: Logger,
  { request, response }: { request: Request; response: Response },
): Call<EndpointDefinition> => {
  const { params, query, body } = parseRequest(endpoint, request);
  const stream = endpoint.bodyKind === 'multipart' || endpoint.bodyKind === 'bytes' ? (request.body as unknown) : body;
  return {
    auth: auth,
    params,
    query,
    body: stream,
    method: request.method,
    headers: request.headers,
    ipAddress: request.ip ?? '',
    peerAddress: request.socket.remoteAddress ?? '',
    log,
    signal: signalOf(endpoint, response),
    setHeader: (name, value) => void response.setHeader(name, value),
  };
};

const answerOnce = async (
  options: AppOptions,
  name: string,
  call: Call<EndpointDefinition>,
  work: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> => {
  const key = call.headers['idempotency-key'];
  const auth = call.auth;
  if (typeof key !== 'string' || !options.idempotency || auth.kind !== 'account') return await work();
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw fail(platformErrors.invalidRequest, {
      message: 'Idempotency-Key must be 1 to 200 visible ASCII characters.',
    });
  const request = {
    params: call.params,
    query: call.query,
    body: call.body !== null && typeof call.body === 'object' && 'pipe' in call.body ? 'stream' : call.body,
  };
  const scope = {
    accountId: auth.accountId,
    operation: `${options.service}.${name}`,
    key,
    requestHash: hashOf(request),
  };
  return await once(options.idempotency, scope, work);
};

const handler =
  <Context>(options: AppOptions, context: Context, routes: Routes<Context>, name: string) =>
  async (request: Request, response: Response): Promise<void> => {
    const endpoint = routes.api[name] as EndpointDefinition;
    const operation = routes.operations[name] as Routes<Context>['operations'][string];
    localsOf(response).route = endpoint.path;
    // identity before the body: a stranger's megabytes are not even read
    const auth = await authenticate(endpoint, request.get('authorization'), options.authenticator);
    await readBody(endpoint, request);
    const call = callOf(endpoint, auth, options.log, { request, response });
    if (endpoint.respond === 'stream') {
      await sendStream(request, response, (await operation(context, call)) as unknown as StreamedResponse);
      return;
    }
    const work = async (): Promise<StoredAnswer> => {
      const result: unknown = await operation(context, call);
      const checked = options.checkAnswers ? parseResult(endpoint, result) : result;
      const body =
        endpoint.respond === 'empty' || !endpoint.response
          ? null
          : endpoint.respond === 'page'
            ? checked
            : { data: checked };
      return { status: successStatus(endpoint), body };
    };
    const answer = endpoint.idempotent ? await answerOnce(options, name, call, work) : await work();
    if (answer.body === null) sendEmpty(response, answer.status);
    else sendJson(response, answer.status, answer.body);
    if (!request.complete) discardBody(request);
  };

/** An answer was given without all of the body: what is left must not stop the next request on this connection. */
const discardBody = (request: Request): void => {
  request.unpipe();
  request.resume();
};

/** Wraps a handler in a server span; costs nothing where no tracing is loaded. */
const traced =
  (service: string, endpoint: EndpointDefinition, handle: (request: Request, response: Response) => Promise<void>) =>
  async (request: Request, response: Response): Promise<void> => {
    const attributes = { 'service.name': service, 'http.request.method': endpoint.method, 'http.route': endpoint.path };
    await inSpan(`${endpoint.method} ${endpoint.path}`, { kind: SpanKind.SERVER, attributes }, async () => {
      try {
        await handle(request, response);
      } catch (error) {
        trace.getActiveSpan()?.setAttribute('http.response.status_code', translateError(error).definition.status);
        throw error;
      }
      trace.getActiveSpan()?.setAttribute('http.response.status_code', response.statusCode);
    });
  };

/** Longer paths of fixed words first, so that /sessions/current is not taken for /sessions/:sessionId. */
const bySpecificity = (api: Api): [string, EndpointDefinition][] =>
  Object.entries(api).sort(
    ([, a], [, b]) => Number(a.path.includes(':')) - Number(b.path.includes(':')) || b.path.length - a.path.length,
  );

const addRoutes = <Context>(app: Express, options: AppOptions, context: Context, routes: Routes<Context>): void => {
  const methods = Map.groupBy(bySpecificity(routes.api), ([, endpoint]) => endpoint.path);
  for (const [path, endpoints] of methods) {
    const route = app.route(path);
    for (const [name, endpoint] of endpoints) {
      const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
      route[method](traced(options.service, endpoint, handler(options, context, routes, name)));
    }
    const allowed = endpoints.map(([, { method }]) => method).join(', ');
    route.all((_request, response) => {
      response.setHeader('allow', allowed);
      throw fail(platformErrors.methodNotAllowed);
    });
  }
};

const refuseUnknown = (): never => {
  throw fail(platformErrors.routeNotFound);
};

const catchErrors =
  ({ log }: AppOptions) =>
  (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const { requestId, route } = localsOf(response);
    const translated = translateError(error);
    if (request.destroyed && !(error instanceof AppError)) log.debug({ requestId, route }, 'the caller went away');
    else if (translated.unexpected)
      log.error(
        { requestId, route, err: error },
        translated.definition.status === 500 ? 'request failed' : 'a dependency failed',
      );
    else log.info({ requestId, route, code: translated.definition.code }, 'request refused');
    sendError(request, response, translated, requestId);
  };

/**
 * The express app of a service, in the house's order: observe, headers, machine room, routes (auth → body → contract →
 * operation), the service's own handlers, 404, errors.
 */
export const createApp = <Context>(
  options: AppOptions,
  context: Context,
  routes: readonly Routes<Context>[],
): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // one address for one thing: the gateway matches limits to paths exactly, and a variant must not slip past them
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('trust proxy', options.trustedProxies);
  app.use(observe(options), secure);
  const { title, summary } = services[options.service];
  const api: Api = Object.assign({}, ...routes.map((group) => group.api)) as Api;
  machineRoom(app, options, openApiOf({ name: options.service, title, summary, version: options.version }, api));
  for (const group of routes) addRoutes(app, options, context, group);
  options.mount?.(app);
  app.use(refuseUnknown);
  app.use(catchErrors(options));
  return app;
};

export { errorBody };
