import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request } from 'express';
import { type EndpointDefinition, platformErrors } from '@authorworks/contracts';
import { AppError, fail } from '../errors.ts';
import { limitedBody, multipartOf } from './multipart.ts';
import { parseJson } from './json.ts';

/** Largest body of an endpoint that names no other limit. */
export const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
/** Text is small; what that trickles in for longer than this is given up even if it moves. */
const SLOW_TEXT_MS = 20_000;

const unsupported = (message: string): AppError => fail(platformErrors.mediaTypeUnsupported, { message });

const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The body as it was before it was packed for the way; what it unpacks to is held to the limit as well. */
const unpacked = (request: Request, limit: number): Readable => {
  const body = limitedBody(request, limit, { totalMs: SLOW_TEXT_MS });
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return body;
  const unpack = UNPACKERS[encoding];
  if (!unpack) throw unsupported(`The content encoding ${encoding.slice(0, 50)} is not taken here.`);
  const unpacker = unpack();
  body.on('error', (error) => unpacker.destroy(error));
  return body.pipe(unpacker);
};

/** Reads a small body as UTF-8 text (RFC 8259, 8.1). */
const textOf = async (request: Request, limit: number): Promise<string> => {
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) throw unsupported('Send UTF-8 here.');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpacked(request, limit) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw fail(platformErrors.bodyTooLarge);
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // not UTF-8, or not packed as it says
    throw fail(platformErrors.malformedBody, { cause });
  }
};

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
export const readBody = async (endpoint: EndpointDefinition, request: Request): Promise<void> => {
  const limit = endpoint.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
  if (endpoint.bodyKind === 'multipart' || endpoint.bodyKind === 'bytes') {
    const body = limitedBody(request, limit);
    request.body = endpoint.bodyKind === 'multipart' ? multipartOf(request, body, limit) : body;
    return;
  }
  request.body = undefined;
  if (!endpoint.body || !hasBody(request)) return;
  const convert = converterOf(endpoint, request);
  request.body = convert(await textOf(request, limit));
};
