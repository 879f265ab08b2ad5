import { findMinio, type MinioServer, ServerError, startMinio } from '@authorworks/servers';

// oxlint-disable-next-line node/no-process-env -- tests look for programs where the person would
const findBinary = (): string | undefined => findMinio(process.env);

/** Whether scripts/install-minio has run, which a machine without Go cannot; where not, tests against S3 are skipped. */
export const hasMinio = (): boolean => {
  if (findBinary()) return true;
  console.warn('\n*** There is no MinIO (scripts/install-minio): the tests against S3 are SKIPPED. ***\n');
  return false;
};

/** A real MinIO for one test file. @param at its folder, and the port of an earlier one that it takes over */
export const startTestMinio = async (at: {
  readonly directory: string;
  readonly port?: number;
}): Promise<MinioServer> => {
  const binary = findBinary();
  if (!binary) throw new ServerError('There is no minio in the cache; run scripts/install-minio.');
  return await startMinio({ ...at, binary });
};
