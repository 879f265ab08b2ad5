import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { inspectionApiOf, platformErrors } from '@authorworks/contracts';
import { AppError, fail } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';
import { type Admission, admit, LimitReached } from '../door/admit.ts';
import { type Client, clientOf } from '../door/client.ts';
import { Cors } from '../door/cors.ts';
import { pagePolicyOf, type PagePolicy } from '../door/page-policy.ts';
import { CallerGone, forward } from './forward.ts';
import { FORWARD_AUTH_PATH, forwardAuth } from './forward-auth.ts';
import { rateHeaders, requestHeaders } from './headers.ts';
import { isUnexpected, rateHeadersOf, sendProblem } from './problem.ts';
import { type DoorSpan, startSpan, within } from './tracing.ts';

/** What stays the same for all requests. */
interface House {
  readonly context: GatewayContext;
  readonly app: RequestListener;
  readonly cors: Cors;
  readonly policy: PagePolicy;
}

/** One request on its way. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly client: Client;
  readonly requestId: string;
  readonly span: DoorSpan | undefined;
  route: string;
  /** Answered by the express app, which counts by itself. */
  byApp: boolean;
}

/** Ids from outside are kept only if they cannot confuse a log. */
const requestIdOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,100}$/.test(given) ? given : randomUUID();
};

/** The machine room of the gateway itself; that of the services is behind us, where nobody asks. */
const MACHINE_ROOM = new Set(['/livez', '/readyz', '/metrics']);
/** For the service jobs, which comes by itself and shows who it is; for whoever comes through a proxy it is not there. */
const INSPECTION = inspectionApiOf('gateway').readInspection.path;

const isDirect = ({ request: { headers } }: Visit): boolean =>
  headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined && headers['via'] === undefined;

const mayReadMetrics = ({ context }: House, visit: Visit): boolean =>
  isDirect(visit) && context.config.operatorNetworks.has(visit.client.address);

const handOver = ({ context, app }: House, visit: Visit): void => {
  visit.byApp = true;
  context.metrics.httpOpen.dec();
  app(visit.request, visit.response);
};

/** Answers what the gateway answers by itself. @returns whether it did. */
const answeredHere = async (house: House, visit: Visit): Promise<boolean> => {
  const { request, response } = visit;
  const path = request.url?.split('?', 1)[0] ?? '';
  if (path === FORWARD_AUTH_PATH) {
    visit.route = FORWARD_AUTH_PATH;
    await forwardAuth(house.context, visit);
    return true;
  }
  if (path === INSPECTION && isDirect(visit) && request.headers.authorization !== undefined) {
    handOver(house, visit);
    return true;
  }
  if (MACHINE_ROOM.has(path)) {
    if (path === '/metrics' && !mayReadMetrics(house, visit)) throw fail(platformErrors.routeNotFound);
    handOver(house, visit);
    return true;
  }
  const preflight = house.cors.preflight(request);
  if (!preflight) return false;
  response.writeHead(204, preflight).end();
  return true;
};

const arrivalOf = ({ request, client }: Visit): Parameters<typeof admit>[1] => ({
  method: request.method ?? 'GET',
  requestTarget: request.url ?? '/',
  authorization: request.headers.authorization,
  address: client.address,
});

const ownHeaders = (house: House, visit: Visit, admission: Admission): Record<string, string> => ({
  ...house.policy.all,
  ...(admission.route.service === 'web' ? {} : house.cors.headersFor(visit.request)),
  ...rateHeaders(admission.rate),
  'x-request-id': visit.requestId,
});

const NOTHING: Readonly<Record<string, string>> = {};

const serve = async (house: House, visit: Visit): Promise<void> => {
  const { context, policy } = house;
  const { request, response, client, requestId } = visit;
  if (await answeredHere(house, visit)) return;
  const admission = await admit(context.door, arrivalOf(visit));
  const { route } = admission;
  visit.route = route.name;
  const own = ownHeaders(house, visit, admission);
  if (route.service === 'gateway') {
    for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
    request.headers['x-request-id'] = requestId;
    handOver(house, visit);
    return;
  }
  const headers = requestHeaders(request.headers, admission, client, requestId);
  visit.span?.inject(headers);
  await forward({
    request,
    response,
    admission,
    upstream: context.upstreams.of(route.service),
    headers,
    answer: { own, defaults: route.service === 'web' ? policy.page : NOTHING },
  });
};

const failed = (house: House, visit: Visit, error: unknown): void => {
  const { request, response, requestId, route } = visit;
  const { log } = house.context;
  if (error instanceof CallerGone || response.destroyed) return;
  if (isUnexpected(error)) log.error({ err: error, requestId, route }, 'request failed');
  else if (error instanceof AppError && error.definition.status >= 500)
    log.warn({ err: error, requestId, route }, 'a service did not answer');
  else
    log.debug(
      { requestId, route, code: error instanceof LimitReached ? 'RATE_LIMITED' : (error as AppError).definition?.code },
      'request refused',
    );
  if (!response.headersSent) {
    response.setHeader('x-request-id', requestId);
    const extra = { ...house.policy.all, ...house.cors.headersFor(request), ...rateHeadersOf(error) };
    for (const [name, value] of Object.entries(extra)) response.setHeader(name, value);
  }
  sendProblem(request, response, { error, requestId, path: request.url ?? '/' });
};

/** Counts and times what the express app does not see. */
const observe = ({ context }: House, visit: Visit): void => {
  const { metrics, log } = context;
  const started = performance.now();
  metrics.httpOpen.inc();
  visit.response.once('close', () => {
    const { request, response, requestId, route, span, byApp } = visit;
    const milliseconds = performance.now() - started;
    const status = response.writableFinished ? String(response.statusCode) : 'aborted';
    span?.end(route, status);
    if (byApp) return;
    metrics.httpOpen.dec();
    metrics.httpSeconds.observe({ method: request.method ?? '', route, status }, milliseconds / 1000);
    if (log.isLevelEnabled('debug'))
      log.debug(
        { requestId, method: request.method, route, status, milliseconds: Math.round(milliseconds) },
        'answered',
      );
  });
};

/**
 * Stands before the express app, because every request of the house comes through here: express, async contexts and
 * header objects made twice would halve its speed (bench/gateway.ts).
 */
export const frontDoor = (context: GatewayContext, app: RequestListener): RequestListener => {
  const { publicUrl, fileOrigins, corsOrigins } = context.config;
  const house: House = { context, app, cors: new Cors(corsOrigins), policy: pagePolicyOf(publicUrl, fileOrigins) };
  return (request, response) => {
    const visit: Visit = {
      request,
      response,
      client: clientOf(request, context.config),
      requestId: requestIdOf(request),
      span: startSpan(request),
      route: 'none',
      byApp: false,
    };
    observe(house, visit);
    within(visit.span, async () => await serve(house, visit)).catch((error: unknown) => failed(house, visit, error));
  };
};
