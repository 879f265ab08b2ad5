import { join } from 'node:path';
import type { ConfigOf } from '../config.ts';
import type { Base } from '../service.ts';
import type { blobSettings } from '../settings.ts';
import type { Blobs } from './blobs.ts';
import { diskBlobs } from './disk.ts';

export {
  BlobSizeError,
  type BlobBody,
  type BlobContent,
  type BlobPart,
  type Blobs,
  type BlobStat,
  type ByteRange,
  type PartsUpload,
} from './blobs.ts';
export { type DiskOptions, diskBlobs } from './disk.ts';

/**
 * Opens a service's blobs, on a disk or in S3 as the settings say. Every key begins with the service's name. S3 may still
 * be away: then operations fail until it is there, and nothing else does.
 * @throws Error when the folder for files cannot be written.
 */
export const openBlobs = async (base: Base<ConfigOf<typeof blobSettings>>): Promise<Blobs> => {
  const { blobs } = base.config;
  if (blobs.kind === 'disk') {
    const directory = join(blobs.blobsDirectory, base.name);
    try {
      return await diskBlobs({ directory });
    } catch (cause) {
      throw new Error(`BLOBS_DIRECTORY ${blobs.blobsDirectory} cannot be written: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
  // 20 MiB of client that a house on a disk does without
  const { s3Blobs } = await import('./s3.ts');
  return s3Blobs({
    url: blobs.s3Url,
    publicUrl: blobs.s3PublicUrl,
    region: blobs.s3Region,
    bucket: blobs.s3Bucket,
    accessKey: blobs.s3AccessKey,
    secretKey: blobs.s3SecretKey,
    prefix: `${base.name}/`,
    stallMs: blobs.s3StallSeconds * 1000,
  });
};
