import type { Readable } from 'node:stream';

/** Bytes to be stored, as a whole or as they arrive. */
export type BlobBody = AsyncIterable<Uint8Array> | Uint8Array;

export interface BlobStat {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** First and last byte, both inclusive, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BlobContent extends BlobStat {
  /** The bytes, or those of the range. Has to be read or destroyed. */
  readonly stream: Readable;
}

/** An upload in parts that has begun. */
export interface PartsUpload {
  readonly key: string;
  readonly uploadId: string;
}

export interface BlobPart {
  readonly number: number;
  readonly sizeBytes: number;
  /** What the store knows this part's bytes by; changes when the part is sent again. */
  readonly tag: string;
}

/**
 * Files of one service, on a disk or in S3. Keys are relative to the service; they look like `objects/4f/0192…` (see
 * key.ts), and no key may be a folder of another. A blob is there whole or not at all.
 * @throws AppError SERVICE_UNAVAILABLE when S3 is away or makes no progress; STORAGE_FULL, or an error with the code
 * ENOSPC that is translated to it, when there is no room. What was begun is removed in both cases.
 */
export interface Blobs {
  /**
   * Stores bytes under a key, in place of what was there. Durable when it returns.
   * @param options.sizeBytes The size, when known: S3 then takes the bytes as they arrive, without buffering.
   * @throws BlobSizeError when the body has another size; nothing is stored then.
   */
  readonly put: (
    key: string,
    body: BlobBody,
    options?: { readonly sizeBytes?: number },
  ) => Promise<{ readonly sizeBytes: number }>;
  /** @returns undefined when there is no such blob. @throws RangeError when the range lies outside of it. */
  readonly get: (key: string, range?: ByteRange) => Promise<BlobContent | undefined>;
  readonly stat: (key: string) => Promise<BlobStat | undefined>;
  /** Removes blobs; missing ones are no error. */
  readonly remove: (keys: readonly string[]) => Promise<void>;
  /** All blobs whose key begins with `prefix`, in the order of their keys' bytes. */
  readonly list: (prefix: string) => AsyncIterable<BlobStat>;
  /** @returns whether there was something to copy. */
  readonly copy: (from: string, to: string) => Promise<boolean>;
  /** @returns whether there was something to move. */
  readonly move: (from: string, to: string) => Promise<boolean>;

  /** Begins an upload in parts. @returns its id. */
  readonly beginParts: (key: string) => Promise<string>;
  /**
   * Stores one part, in place of an earlier one of the same number. Parts may come in any order and side by side. All but
   * the last have at least 5 MiB (S3's rule).
   * @param number From 1 to 10,000.
   * @returns false when the upload is unknown, completed or aborted.
   * @throws BlobSizeError when the body does not have exactly `sizeBytes`; the earlier part stays then.
   */
  readonly putPart: (upload: PartsUpload, number: number, body: BlobBody, sizeBytes: number) => Promise<boolean>;
  /** The parts that are there, by number; undefined when the upload is unknown, completed or aborted. */
  readonly listParts: (upload: PartsUpload) => Promise<BlobPart[] | undefined>;
  /**
   * Makes the parts one blob, in the order given.
   * @returns false when the upload is unknown, completed or aborted; whether it was completed before is told by `stat`.
   */
  readonly completeParts: (upload: PartsUpload, parts: readonly BlobPart[]) => Promise<boolean>;
  /** Drops every upload in parts of a key; none is no error. */
  readonly abortParts: (key: string) => Promise<void>;
  /** Where a browser can PUT the part's bytes itself; undefined where they have to go through the service. */
  readonly presignPart: (upload: PartsUpload, number: number, expiresSeconds: number) => Promise<string | undefined>;

  /** Removes what interrupted writes left behind: temporary files and uploads in parts not touched since `before`. */
  readonly sweep: (before: Date) => Promise<void>;
}

/** A body that is shorter or longer than was said. */
export class BlobSizeError extends Error {
  override readonly name = 'BlobSizeError';
}
