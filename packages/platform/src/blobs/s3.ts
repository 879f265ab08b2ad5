import type { IncomingMessage } from 'node:http';
import type { BlobContent, Blobs, BlobStat, ByteRange } from './blobs.ts';
import { exactly, inPieces } from './exact-size.ts';
import { checkKey, checkPrefix } from './key.ts';
import { openS3, type S3, type S3Options } from './s3-client.ts';
import { ifInS3, translateS3 } from './s3-errors.ts';
import { abortUploads, openUploads, type PartsOperations, s3Parts } from './s3-parts.ts';

/** Of a body whose size is not known, this much is held in memory. S3 takes no smaller parts than 5 MiB. */
const PIECE_BYTES = 8 * 1024 * 1024;

const INTERRUPTED = 'somebody else removed the parts of a blob while it was being stored';

/** Total size of a blob, from the answer with all of it or with a range. */
const sizeOf = ({ headers }: IncomingMessage): number =>
  Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? headers['content-length']);

interface Listed {
  readonly name?: string;
  readonly size: number;
  readonly lastModified: Date;
}

async function* listBlobs({ client, bucket, run }: S3, full: string, hidden: number): AsyncGenerator<BlobStat> {
  await run(async () => await Promise.resolve());
  try {
    for await (const item of client.listObjectsV2(bucket, full, true) as AsyncIterable<Listed>) {
      if (item.name === undefined) continue;
      yield { key: item.name.slice(hidden), sizeBytes: item.size, modifiedAt: item.lastModified };
    }
  } catch (error) {
    throw translateS3(error);
  }
}

/** One blob by the key that callers know and the one that it has in the bucket. */
interface Named {
  readonly key: string;
  readonly full: string;
}

const getBlob = async (
  { client, bucket, run }: S3,
  { key, full }: Named,
  range: ByteRange | undefined,
): Promise<BlobContent | undefined> => {
  if (range && (range.start < 0 || range.end < range.start))
    throw new RangeError(`bytes ${range.start} to ${range.end}`);
  const ask = async (): Promise<unknown> =>
    range
      ? await client.getPartialObject(bucket, full, range.start, range.end - range.start + 1)
      : await client.getObject(bucket, full);
  // the client returns Node's response as it is
  const response = (await ifInS3(async () => await run(ask))) as IncomingMessage | undefined;
  if (!response) return undefined;
  const sizeBytes = sizeOf(response);
  if (range && range.end >= sizeBytes) {
    response.destroy();
    throw new RangeError(`bytes ${range.start} to ${range.end} of ${sizeBytes}`);
  }
  return { key, sizeBytes, modifiedAt: new Date(response.headers['last-modified'] ?? 0), stream: response };
};

/** Stores a body piece by piece: in one request when it is short, else in parts. */
const putPieces = async (
  { client, bucket, run }: S3,
  { key, full }: Named,
  parts: PartsOperations,
  pieces: AsyncIterable<Buffer>,
): Promise<number> => {
  let sizeBytes = 0;
  let number = 0;
  let uploadId: string | undefined;
  try {
    for await (const piece of pieces) {
      number += 1;
      sizeBytes += piece.length;
      if (piece.length < PIECE_BYTES && number === 1) {
        await run(async () => await client.putObject(bucket, full, piece, piece.length));
        return sizeBytes;
      }
      uploadId ??= await parts.beginParts(key);
      if (!(await parts.putPart({ key, uploadId }, number, piece, piece.length))) throw new Error(INTERRUPTED);
    }
    const upload = { key, uploadId: uploadId ?? '' };
    if (!(await parts.completeParts(upload, (await parts.listParts(upload)) ?? []))) throw new Error(INTERRUPTED);
    return sizeBytes;
  } catch (error) {
    // best effort: what stays is found by the sweep
    if (uploadId !== undefined) await client.abortMultipartUpload(bucket, full, uploadId).catch(() => undefined);
    throw error;
  }
};

/**
 * Blobs in one bucket of any S3. The bucket is made when it is first used, so that a service can start before S3 does.
 * Requests are signed without the hash of their body (UNSIGNED-PAYLOAD), because bytes are passed on as they arrive.
 * `copy` and `move` take up to 5 GiB (S3's limit); parts have at least 5 MiB, except the last.
 */
export const s3Blobs = (options: S3Options): Blobs => {
  const s3 = openS3(options);
  const { client, bucket, run, send } = s3;
  const fullOf = (key: string): string => options.prefix + checkKey(key);
  const parts = s3Parts(s3, fullOf);

  const remove = async (keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return;
    const results = await run(async () => await client.removeObjects(bucket, keys.map(fullOf)));
    const failure = results.find((result) => result !== null && result !== undefined);
    if (failure) throw translateS3(Object.assign(new Error('S3 could not remove a blob'), failure));
  };

  const copy = async (from: string, to: string): Promise<boolean> => {
    const source = `/${bucket}/${fullOf(from)}`;
    const copied = await ifInS3(async () => await run(async () => await client.copyObject(bucket, fullOf(to), source)));
    return copied !== undefined;
  };

  return {
    put: async (key, body, { sizeBytes } = {}) => {
      const named = { key, full: fullOf(key) };
      if (sizeBytes === undefined) return { sizeBytes: await putPieces(s3, named, parts, inPieces(body, PIECE_BYTES)) };
      await send(named.full, '', exactly(body, sizeBytes), sizeBytes);
      return { sizeBytes };
    },
    get: async (key, range) => await getBlob(s3, { key, full: fullOf(key) }, range),
    stat: async (key) => {
      const found = await ifInS3(async () => await run(async () => await client.statObject(bucket, fullOf(key))));
      return found && { key, sizeBytes: found.size, modifiedAt: found.lastModified };
    },
    remove,
    list: (prefix) => listBlobs(s3, options.prefix + checkPrefix(prefix), options.prefix.length),
    copy,
    move: async (from, to) => {
      if (!(await copy(from, to))) return false;
      await remove([from]);
      return true;
    },
    ...parts,
    sweep: async (before) => {
      const open = await openUploads(s3, options.prefix);
      await abortUploads(
        s3,
        open.filter(({ initiated }) => initiated < before),
      );
    },
  };
};
