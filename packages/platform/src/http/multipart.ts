import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { platformErrors } from '@authorworks/contracts';
import busboy from 'busboy';
import { fail } from '../errors.ts';

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
   * Reads up to the first file and hands it over; its stream must be consumed. `fields` hold what came before it.
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

export const multipartOf = (request: IncomingMessage, body: Readable, fileLimitBytes: number): Multipart => ({
  file: async (receive) => {
    if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) {
      throw fail(platformErrors.mediaTypeUnsupported, { message: 'Send multipart/form-data here.' });
    }
    const fields: Record<string, string> = Object.create(null) as Record<string, string>;
    return await new Promise((resolve, reject) => {
      let received: Promise<unknown> | undefined;
      const parser = (() => {
        try {
          return busboy({
            headers: request.headers,
            defParamCharset: 'utf8',
            limits: { ...LIMITS, fileSize: fileLimitBytes },
          });
        } catch (cause) {
          throw fail(platformErrors.malformedBody, { cause });
        }
      })();
      const refuse = (error: unknown): void => {
        body.unpipe(parser);
        reject(error);
      };
      parser.on('field', (name, value) => {
        fields[name] = value;
      });
      parser.on('file', (field, stream, info) => {
        // the limit must fail the consumer too, or it would take a cut file for a whole one
        stream.on('limit', () => stream.destroy(fail(platformErrors.bodyTooLarge)));
        received = receive({ field, fileName: labelOf(info.filename), contentType: info.mimeType, stream }, fields);
        received.catch(refuse);
      });
      parser.on('close', () => {
        if (received) received.then((value) => resolve(value as never), reject);
        else resolve(undefined);
      });
      parser.on('error', (cause) => refuse(fail(platformErrors.malformedBody, { cause })));
      body.on('error', refuse);
      body.on('aborted', () => refuse(fail(platformErrors.malformedBody)));
      body.pipe(parser);
    });
  },
});

/** A body as a stream that fails once it is longer than `limitBytes`. */
export const limitedBody = (request: IncomingMessage, limitBytes: number): Readable => {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limitBytes) throw fail(platformErrors.bodyTooLarge);
  let seen = 0;
  return Readable.from(
    (async function* read() {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        seen += chunk.length;
        if (seen > limitBytes) throw fail(platformErrors.bodyTooLarge);
        yield chunk;
      }
      if (!request.complete) throw fail(platformErrors.malformedBody, { message: 'The body ended too early.' });
    })(),
    { objectMode: false },
  );
};
