import { join } from 'node:path';
import { hasMinio, startTestMinio } from '@authorworks/platform/testing';
import type { MinioServer } from '@authorworks/servers';

/** Where a service under test keeps its objects. */
export interface ObjectStore {
  readonly kind: 'disk' | 's3';
  readonly variables: Readonly<Record<string, string>>;
  readonly minio: MinioServer | undefined;
  readonly stop: () => Promise<void>;
}

export const s3Variables = (minio: MinioServer): Record<string, string> => ({
  BLOBS: 's3',
  S3_URL: minio.url,
  S3_ACCESS_KEY: minio.accessKey,
  S3_SECRET_KEY: minio.secretKey,
  // a paused server is to be noticed while a test waits
  S3_STALL_SECONDS: '2',
});

const startDisk = async (directory: string): Promise<ObjectStore> =>
  await Promise.resolve({
    kind: 'disk',
    variables: { BLOBS: 'disk', BLOBS_DIRECTORY: join(directory, 'blobs') },
    minio: undefined,
    stop: async () => await Promise.resolve(),
  });

const startS3 = async (directory: string): Promise<ObjectStore> => {
  const minio = await startTestMinio({ directory: join(directory, 'minio') });
  return { kind: 's3', variables: s3Variables(minio), minio, stop: minio.stop };
};

/** Both kinds of store; the same tests run on each. */
export const objectStores = [
  { name: 'on a disk', start: startDisk, skip: false },
  { name: 'in S3', start: startS3, skip: !hasMinio() },
] as const;
export type StartStore = (typeof objectStores)[number]['start'];
