import type { IncomingMessage, ServerResponse } from 'node:http';
import { platformErrors } from '@authorworks/contracts';
import { type AppError, sendError, translateError } from '@authorworks/platform';
import { LimitReached } from '../door/admit.ts';
import { problemPage } from './problem-page.ts';
import { rateHeaders } from './headers.ts';

const wantsPage = (request: IncomingMessage, path: string): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !path.startsWith('/api/') &&
  (request.headers.accept ?? '').includes('text/html');

const sendPage = (response: ServerResponse, status: number, html: string): void => {
  response.statusCode = status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(html));
  response.setHeader('cache-control', 'no-store');
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  response.end(response.req.method === 'HEAD' ? undefined : html);
};

/** Tells the caller why there is no answer: in the house's error shape, or as a page where a person looks at it. */
export const sendProblem = (
  request: IncomingMessage,
  response: ServerResponse,
  problem: { readonly error: unknown; readonly requestId: string; readonly path: string },
): void => {
  const { error, requestId, path } = problem;
  const translated = translateError(error instanceof LimitReached ? error.refusal : error);
  if (response.headersSent || !request.complete || !wantsPage(request, path)) {
    sendError(request, response, translated, requestId);
    return;
  }
  const { status } = translated.definition;
  if (translated.retryAfterSeconds !== undefined) response.setHeader('retry-after', translated.retryAfterSeconds);
  sendPage(response, status, problemPage({ status, message: translated.message, requestId }));
};

/** Sets what the caller may know about limits, also on a refusal. */
export const rateHeadersOf = (error: unknown): Record<string, string> =>
  error instanceof LimitReached ? rateHeaders(error.rate) : {};

/** Whether a failure is one of ours to look at. */
export const isUnexpected = (error: unknown): boolean =>
  !(error instanceof LimitReached) &&
  (error as AppError).definition?.status !== 503 &&
  translateError(error).definition === platformErrors.internal;
