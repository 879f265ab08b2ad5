import { once as eventOf } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EndpointDefinition, ErrorBody, StreamedResponse } from '@authorworks/contracts';
import type { Request, Response } from 'express';
import type { TranslatedError } from '../errors.ts';

/** A reader who takes nothing for this long is cut off, so that slow readers cannot hold memory (FAULTS 28). */
const STALLED_READER_MS = 30_000;

/** From now on the connection must make progress; undone when the answer has left, because keep-alive may idle. */
const demandProgress = (response: Response): void => {
  const { socket } = response;
  if (!socket) return;
  const cut = (): void => {
    socket.destroy();
  };
  socket.setTimeout(STALLED_READER_MS, cut);
  response.once('close', () => {
    socket.removeListener('timeout', cut);
    socket.setTimeout(0);
  });
};

export const sendJson = (response: Response, status: number, body: unknown): void => {
  demandProgress(response);
  response.status(status).json(body);
};

export const sendEmpty = (response: Response, status: number): void => {
  response.status(status).end();
};

export const sendStream = async (request: Request, response: Response, streamed: StreamedResponse): Promise<void> => {
  const { body } = streamed;
  response.status(streamed.status ?? 200);
  for (const [name, value] of Object.entries(streamed.headers)) response.setHeader(name, value);
  if (body === null || request.method === 'HEAD') {
    response.end();
    return;
  }
  demandProgress(response);
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
    await eventOf(response, 'close').catch(() => undefined);
    return;
  }
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

/** The last word on a failed request. Once bytes have left, all that can be done is to cut the connection. */
export const sendError = (
  request: Request,
  response: Response,
  translated: TranslatedError,
  requestId: string,
): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (translated.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', String(translated.retryAfterSeconds));
  // an unread body would be taken for the next request, so the connection ends with this answer
  if (!request.complete) {
    response.setHeader('connection', 'close');
    request.unpipe();
    request.resume();
  }
  sendJson(response, translated.definition.status, errorBody(translated, requestId));
};
