import { type EndpointDefinition, platformErrors } from '@authorworks/contracts';
import express, { type Request, type Response } from 'express';
import { fail } from '../errors.ts';
import { limitedBody, multipartOf } from './multipart.ts';

const DEFAULT_LIMIT_BYTES = 1024 * 1024;
/** A body that makes no progress for this long is given up (FAULTS 28). */
const STALLED_BODY_MS = 15_000;
/** A JSON body is small; one that trickles in for longer than this is given up even if it moves. */
const SLOW_JSON_MS = 20_000;

/** How often a body's progress is looked at. */
const LOOK_MS = 2_500;

/**
 * Ends a request whose body stalls. The socket's byte count is polled, because a listener on its data would take the
 * parser's fast path away. While we hold unread bytes ourselves, it is not the sender who is slow.
 */
const watch = (request: Request, totalMs: number | undefined): void => {
  const started = performance.now();
  let seen = { bytes: request.socket.bytesRead, at: started };
  const timer = setInterval(() => {
    const now = performance.now();
    const bytes = request.socket.bytesRead;
    if (bytes !== seen.bytes || request.readableLength > 0) seen = { bytes, at: now };
    const tooSlow = now - seen.at > STALLED_BODY_MS || (totalMs !== undefined && now - started > totalMs);
    if (tooSlow && !request.complete) request.destroy(fail(platformErrors.requestTimeout));
  }, LOOK_MS);
  const stop = (): void => clearInterval(timer);
  request.once('end', stop);
  request.once('close', stop);
};

const parse = async (parser: ReturnType<typeof express.json>, request: Request, response: Response): Promise<void> =>
  await new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

const readText = async (
  endpoint: EndpointDefinition,
  request: Request,
  response: Response,
  limit: number,
): Promise<boolean> => {
  const type = Object.keys(endpoint.textBodies ?? {}).find((candidate) => request.is(candidate) !== false);
  const convert = type ? endpoint.textBodies?.[type] : undefined;
  if (!type || !convert) return false;
  await parse(express.text({ type, limit }), request, response);
  request.body = convert(typeof request.body === 'string' ? request.body : '');
  return true;
};

/** Puts the body of a request in `request.body`: parsed JSON, or a stream for multipart and bytes. */
export const readBody = async (endpoint: EndpointDefinition, request: Request, response: Response): Promise<void> => {
  const limit = endpoint.bodyLimitBytes ?? DEFAULT_LIMIT_BYTES;
  if (endpoint.bodyKind === 'multipart' || endpoint.bodyKind === 'bytes') {
    watch(request, undefined);
    const body = limitedBody(request, limit);
    request.body = endpoint.bodyKind === 'multipart' ? multipartOf(request, body, limit) : body;
    return;
  }
  if (!endpoint.body) return;
  if (!hasBody(request)) {
    request.body = undefined;
    return;
  }
  watch(request, SLOW_JSON_MS);
  if (await readText(endpoint, request, response, limit)) return;
  if (request.is('json') === false)
    throw fail(platformErrors.mediaTypeUnsupported, { message: 'Send application/json here.' });
  await parse(express.json({ limit, strict: false }), request, response);
};
