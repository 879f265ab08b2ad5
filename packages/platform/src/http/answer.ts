import { once as eventOf } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EndpointDefinition, ErrorBody, StreamedResponse } from '@authorworks/contracts';
import type { Request, Response } from 'express';
import type { TranslatedError } from '../errors.ts';
import { watchReader } from './slow-clients.ts';

export const sendJson = (response: Response, status: number, body: unknown): void => {
  response.status(status).json(body);
  watchReader(response);
};

export const sendEmpty = (response: Response, status: number): void => {
  response.status(status).end();
};

export const sendStream = async (request: Request, response: Response, streamed: StreamedResponse): Promise<void> => {
  const { body } = streamed;
  response.status(streamed.status ?? 200);
  for (const [name, value] of Object.entries(streamed.headers)) response.setHeader(name, value);
  if (body === null || request.method === 'HEAD') {
    // whatever was opened for the body is closed unread
    if (body instanceof Readable) body.destroy();
    response.end();
    return;
  }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
    watchReader(response);
    await eventOf(response, 'close').catch(() => undefined);
    return;
  }
  response.flushHeaders();
  watchReader(response);
  await pipeline(Readable.from(body, { objectMode: false }), response);
};

export const successStatus = (endpoint: EndpointDefinition): number =>
  endpoint.status ?? (endpoint.respond === 'empty' ? 204 : 200);

export const errorBody = (translated: TranslatedError, requestId: string): ErrorBody => ({
  error: {
    code: translated.definition.code,
    message: translated.message,
    requestId,
    ...(translated.fields ? { fields: [...translated.fields] } : {}),
  },
});

/** How long the rest of a refused body is thrown away, before its sender is cut off. */
const LINGER_MS = 5_000;

/**
 * Ends an answer that is given before the request's body has arrived. Closing at once would reset the connection while
 * the client still sends, and it would never read why it was refused (RFC 9112, 9.6): so the rest is thrown away first.
 */
const endLingering = (request: IncomingMessage, response: ServerResponse, text: string): void => {
  request.unpipe();
  response.write(text);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end);
  request.once('error', end);
  request.once('close', end);
  request.resume();
};

/** The last word on a failed request. Once bytes have left, all that can be done is to cut the connection. */
export const sendError = (
  request: IncomingMessage,
  response: ServerResponse,
  translated: TranslatedError,
  requestId: string,
): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(errorBody(translated, requestId));
  response.statusCode = translated.definition.status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(text));
  if (translated.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', String(translated.retryAfterSeconds));
  // what is still unread would be taken for the next request, so the connection ends with this answer
  if (!request.complete) response.setHeader('connection', 'close');
  if (!request.complete && !request.destroyed) {
    endLingering(request, response, text);
    return;
  }
  response.end(text);
  watchReader(response);
};
