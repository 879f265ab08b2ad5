import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/** What the minio client takes as its way to the network. */
export interface Transport {
  readonly request: (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;
}

/** Statuses of which the minio client drops the body, that says what is wrong, because it would try again. */
const HIDDEN = new Set([408, 429, 499, 500, 502, 503, 504, 520]);
const NOT_HIDDEN = 599;

/** Joining parts and copying happen inside of S3 while it says nothing. */
const SLOW_WORK_FACTOR = 8;

const isSlowWork = ({ method, path, headers = {} }: RequestOptions): boolean =>
  (method === 'POST' && (path ?? '').includes('uploadId=')) || 'x-amz-copy-source' in headers;

/** Whether S3 owes us something now: it neither takes the bytes that we hold, nor answers, nor goes on answering. */
const isOwed = (request: ClientRequest, response: IncomingMessage | undefined): boolean => {
  if (response) return !response.complete && response.readableLength === 0;
  if (!request.socket || request.socket.connecting) return true;
  return request.writableEnded || request.writableLength > 0;
};

/**
 * HTTP(S) that gives up when S3 makes no progress for `stallMs`: a paused or vanished server must not hold requests for
 * ever. Time in which S3 waits for us, because a slow person sends or reads, does not count.
 */
export const watchedTransport = (secure: boolean, stallMs: number): Transport => ({
  request: (options, answered) => {
    const patienceMs = isSlowWork(options) ? stallMs * SLOW_WORK_FACTOR : stallMs;
    let response: IncomingMessage | undefined;
    const request = (secure ? https : http).request(options, (received) => {
      response = received;
      if (HIDDEN.has(received.statusCode ?? 0)) received.statusCode = NOT_HIDDEN;
      answered(received);
    });
    let seen = { bytes: -1, at: performance.now() };
    const timer = setInterval(() => {
      const now = performance.now();
      const bytes = (request.socket?.bytesRead ?? 0) + (request.socket?.bytesWritten ?? 0);
      if (bytes !== seen.bytes || !isOwed(request, response)) seen = { bytes, at: now };
      if (now - seen.at <= patienceMs) return;
      const stalled = Object.assign(new Error(`S3 made no progress for ${patienceMs} ms`), { code: 'ETIMEDOUT' });
      response?.destroy(stalled);
      request.destroy(stalled);
    }, stallMs / 4);
    timer.unref();
    request.once('close', () => clearInterval(timer));
    return request;
  },
});
