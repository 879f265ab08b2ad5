import { type EndpointDefinition, platformErrors } from '@authorworks/contracts';
import express, { type Request, type Response } from 'express';
import { fail } from '../errors.ts';
import { parseJson } from './json.ts';
import { limitedBody, multipartOf } from './multipart.ts';
import { watchBody } from './slow-clients.ts';

/** Largest body of an endpoint that names no other limit. */
export const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
/** A JSON body is small; one that trickles in for longer than this is given up even if it moves. */
const SLOW_JSON_MS = 20_000;

/** Reads a small body as text. @throws AppError REQUEST_TIMEOUT when it hardly arrives. */
const textOf = async (request: Request, response: Response, limit: number): Promise<string> =>
  await new Promise((resolve, reject) => {
    watchBody(request, () => reject(fail(platformErrors.requestTimeout)), { totalMs: SLOW_JSON_MS });
    express.text({ type: () => true, limit })(request, response, (error?: unknown) =>
      error ? reject(error) : resolve(typeof request.body === 'string' ? request.body : ''),
    );
  });

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

const converterOf = (endpoint: EndpointDefinition, request: Request): ((text: string) => unknown) => {
  const type = Object.keys(endpoint.textBodies ?? {}).find((candidate) => request.is(candidate) !== false);
  const convert = type === undefined ? undefined : endpoint.textBodies?.[type];
  if (convert) return convert;
  if (request.is('json') === false)
    throw fail(platformErrors.mediaTypeUnsupported, { message: 'Send application/json here.' });
  return parseJson;
};

/** Puts the body of a request in `request.body`: parsed JSON, or a stream for multipart and bytes. */
export const readBody = async (endpoint: EndpointDefinition, request: Request, response: Response): Promise<void> => {
  const limit = endpoint.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
  if (endpoint.bodyKind === 'multipart' || endpoint.bodyKind === 'bytes') {
    const body = limitedBody(request, limit);
    request.body = endpoint.bodyKind === 'multipart' ? multipartOf(request, body, limit) : body;
    return;
  }
  request.body = undefined;
  if (!endpoint.body || !hasBody(request)) return;
  const convert = converterOf(endpoint, request);
  request.body = convert(await textOf(request, response, limit));
};
