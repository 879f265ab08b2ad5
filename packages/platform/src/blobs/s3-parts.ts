import type { Blobs, PartsUpload } from './blobs.ts';
import { exactly } from './exact-size.ts';
import { checkPartNumber } from './key.ts';
import type { S3 } from './s3-client.ts';
import { ifInS3 } from './s3-errors.ts';

interface OpenUpload extends PartsUpload {
  readonly initiated: Date;
}

/** Uploads in parts that are neither completed nor aborted. MinIO lists them only for a whole key. */
export const openUploads = async ({ client, bucket, run }: S3, full: string): Promise<OpenUpload[]> => {
  const found: OpenUpload[] = [];
  let markers = { key: '', uploadId: '' };
  for (;;) {
    const { key, uploadId } = markers;
    const page = await run(async () => await client.listIncompleteUploadsQuery(bucket, full, key, uploadId, ''));
    found.push(...(page.uploads as OpenUpload[]));
    if (!page.isTruncated) return found;
    markers = { key: page.nextKeyMarker, uploadId: page.nextUploadIdMarker };
  }
};

export const abortUploads = async ({ client, bucket, run }: S3, uploads: readonly OpenUpload[]): Promise<void> => {
  for (const { key, uploadId } of uploads)
    await ifInS3(async () => await run(async () => await client.abortMultipartUpload(bucket, key, uploadId)));
};

export type PartsOperations = Pick<
  Blobs,
  'beginParts' | 'putPart' | 'listParts' | 'completeParts' | 'abortParts' | 'presignPart'
>;

/** Uploads in parts, as S3 has them. */
export const s3Parts = (s3: S3, fullOf: (key: string) => string): PartsOperations => {
  const { client, presigner, bucket, run, send } = s3;
  return {
    beginParts: async (key) => await run(async () => await client.initiateNewMultipartUpload(bucket, fullOf(key), {})),
    putPart: async ({ key, uploadId }, number, body, sizeBytes) => {
      const query = `partNumber=${checkPartNumber(number)}&uploadId=${encodeURIComponent(uploadId)}`;
      const sent = ifInS3(async () => {
        await send(fullOf(key), query, exactly(body, sizeBytes), sizeBytes);
        return true;
      });
      return (await sent) ?? false;
    },
    listParts: async ({ key, uploadId }) =>
      await ifInS3(async () => await run(async () => await client.readParts(bucket, fullOf(key), uploadId))),
    completeParts: async ({ key, uploadId }, parts) => {
      const etags = parts.map(({ number, tag }) => ({ part: number, etag: tag }));
      const completed = ifInS3(async () => {
        await run(async () => await client.completeMultipartUpload(bucket, fullOf(key), uploadId, etags));
        return true;
      });
      return (await completed) ?? false;
    },
    abortParts: async (key) => {
      const full = fullOf(key);
      await abortUploads(
        s3,
        (await openUploads(s3, full)).filter((upload) => upload.key === full),
      );
    },
    presignPart: async ({ key, uploadId }, number, expiresSeconds) =>
      await presigner?.presignedUrl('PUT', bucket, fullOf(key), expiresSeconds, {
        partNumber: String(checkPartNumber(number)),
        uploadId,
      }),
  };
};
