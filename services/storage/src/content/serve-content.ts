import type { IncomingHttpHeaders } from 'node:http';
import { type StreamedResponse, storageErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { Blobs, ByteRange } from '@authorworks/platform/blobs';
import { contentHeaders, type Keeping, type Served } from './content-headers.ts';
import { requestedPart } from './requested-part.ts';

export interface ContentCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly setHeader: (name: string, value: string) => void;
}

export interface ServeOptions {
  readonly keeping: Keeping;
  /** Name to save it as, when it is to be saved. */
  readonly saveAs: string | undefined;
}

/** An object that has to be there, because a row says so. */
const openObject = async (blobs: Blobs, key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> => {
  const content = await blobs.get(key, range);
  if (!content) throw fail(storageErrors.contentMissing, { cause: new Error(`the object ${key} is missing`) });
  return content.stream;
};

/** Answers with an object, or with the part of it that was asked for. @throws AppError STORAGE_RANGE_INVALID */
export const serveContent = async (
  blobs: Blobs,
  object: Served & { readonly key: string },
  call: ContentCall,
  options: ServeOptions,
): Promise<StreamedResponse> => {
  const { key, sizeBytes } = object;
  const headers = contentHeaders(object, options);
  const part = requestedPart(object, call);
  if (part.kind === 'not-modified') return { status: 304, headers, body: null };
  if (part.kind === 'outside') {
    call.setHeader('content-range', `bytes */${sizeBytes}`);
    throw fail(storageErrors.rangeInvalid);
  }
  const range = part.kind === 'part' ? { start: part.start, end: part.end } : undefined;
  const length = range ? range.end - range.start + 1 : sizeBytes;
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(length),
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}` } : {}),
    },
    body: call.method === 'HEAD' ? null : await openObject(blobs, key, range),
  };
};
