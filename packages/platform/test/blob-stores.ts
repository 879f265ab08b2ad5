import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MinioServer } from '@authorworks/servers';
import { type Blobs, diskBlobs } from '../src/blobs/index.ts';
import { s3Blobs } from '../src/blobs/s3.ts';
import { startTestMinio } from '../src/testing/index.ts';

/** One kind of store, as the tests of blobs use it. */
export interface BlobStore {
  readonly kind: 'disk' | 's3';
  /** Opens the store for a service; the same name sees the same blobs. */
  readonly open: (service: string) => Promise<Blobs>;
  readonly stop: () => Promise<void>;
}

export const startDisk = async (): Promise<BlobStore> => {
  const directory = await mkdtemp(join(tmpdir(), 'authorworks-blobs-'));
  return {
    kind: 'disk',
    open: async (service) => await diskBlobs({ directory: join(directory, service) }),
    stop: async () => await rm(directory, { recursive: true, force: true }),
  };
};

export const s3Of = (minio: MinioServer, service: string, stallMs = 15_000): Blobs =>
  s3Blobs({
    url: minio.url,
    publicUrl: minio.url,
    region: 'us-east-1',
    bucket: 'authorworks',
    accessKey: minio.accessKey,
    secretKey: minio.secretKey,
    prefix: `${service}/`,
    stallMs,
  });

export const startS3 = async (): Promise<BlobStore> => {
  const directory = await mkdtemp(join(tmpdir(), 'authorworks-minio-'));
  const minio = await startTestMinio({ directory });
  return {
    kind: 's3',
    open: async (service) => await Promise.resolve(s3Of(minio, service)),
    stop: async () => {
      await minio.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
