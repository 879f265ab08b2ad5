import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { platformErrors } from '@authorworks/contracts';
import busboy from 'busboy';
import { fail } from '../errors.ts';
import { watchBody } from './slow-clients.ts';

export interface UploadedFile {
  readonly field: string;
  /** As the client named it: a label, never a path. */
  readonly fileName: string;
  readonly contentType: string;
  readonly stream: Readable;
}

/** A multipart body as it arrives. Fields that come before the file are known when the file is handed over. */
export interface Multipart {
  /**
   * Reads up to the first file and hands it over; what `receive` leaves unread of its stream is thrown away. `fields` hold
   * what came before it.
   * @returns the result of `receive`, or undefined when the body has no file.
   */
  readonly file: <T>(
    receive: (file: UploadedFile, fields: Readonly<Record<string, string>>) => Promise<T>,
  ) => Promise<T | undefined>;
}

const LIMITS = { fields: 20, fieldSize: 10_000, fieldNameSize: 100, files: 1, parts: 30, headerPairs: 20 };

/** Last component of a file name as browsers of either slash send it, without control characters. */
const labelOf = (fileName: string | undefined): string => {
  const last = (fileName ?? '').split(/[\\/]/).at(-1) ?? '';
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  return last.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 255) || 'file';
};

const parserOf = (request: IncomingMessage, fileLimitBytes: number): busboy.Busboy => {
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? ''))
    throw fail(platformErrors.mediaTypeUnsupported, { message: 'Send multipart/form-data here.' });
  try {
    const limits = { ...LIMITS, fileSize: fileLimitBytes };
    return busboy({ headers: request.headers, defParamCharset: 'utf8', limits });
  } catch (cause) {
    throw fail(platformErrors.malformedBody, { cause });
  }
};

const readFile = async <T>(
  parser: busboy.Busboy,
  body: Readable,
  receive: (file: UploadedFile, fields: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T | undefined> => {
  // without a prototype: a field may have any name
  const fields = Object.create(null) as Record<string, string>;
  return await new Promise((resolve, reject) => {
    let received: Promise<T> | undefined;
    let current: Readable | undefined;
    const refuse = (error: unknown): void => {
      body.unpipe(parser);
      // the consumer of a file must not wait for the rest of it
      current?.destroy(error as Error);
      reject(error);
    };
    const tooMany = (): void => refuse(fail(platformErrors.malformedBody, { message: 'The form has too many parts.' }));
    parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
      if (nameTruncated || valueTruncated)
        refuse(fail(platformErrors.bodyTooLarge, { message: 'A field of the form is too long.' }));
      fields[name] = value;
    });
    parser.on('file', (field, stream, info) => {
      current = stream;
      // busboy reports through the parser as well; without a listener here the process would end
      stream.on('error', () => undefined);
      // the limit must fail the consumer too, or it would take a cut file for a whole one
      stream.on('limit', () => refuse(fail(platformErrors.bodyTooLarge)));
      received = receive({ field, fileName: labelOf(info.filename), contentType: info.mimeType, stream }, fields);
      received.then(() => stream.resume(), refuse);
    });
    parser.on('fieldsLimit', tooMany);
    parser.on('filesLimit', tooMany);
    parser.on('partsLimit', tooMany);
    parser.on('close', () => {
      if (received) received.then(resolve, reject);
      else resolve(undefined);
    });
    parser.on('error', (cause) => refuse(fail(platformErrors.malformedBody, { cause })));
    body.on('error', refuse);
    body.pipe(parser);
  });
};

export const multipartOf = (request: IncomingMessage, body: Readable, fileLimitBytes: number): Multipart => ({
  file: async (receive) => await readFile(parserOf(request, fileLimitBytes), body, receive),
});

/** A body as a stream that fails once it is longer than `limitBytes`, ends too early, or hardly arrives. */
export const limitedBody = (
  request: IncomingMessage,
  limitBytes: number,
  options: { readonly totalMs?: number } = {},
): Readable => {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limitBytes) throw fail(platformErrors.bodyTooLarge);
  let seen = 0;
  const body = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length;
      if (seen > limitBytes) done(fail(platformErrors.bodyTooLarge));
      else done(null, chunk);
    },
  });
  const endedEarly = (): void => {
    if (!request.complete) body.destroy(fail(platformErrors.malformedBody, { message: 'The body ended too early.' }));
  };
  // an operation that never reads it must not be the end of the process
  body.on('error', () => request.unpipe(body));
  request.once('error', endedEarly);
  request.once('close', endedEarly);
  watchBody(request, () => body.destroy(fail(platformErrors.requestTimeout)), options);
  return request.pipe(body);
};
