import { platformErrors } from '@authorworks/contracts';
import { AppError, fail } from '../errors.ts';
import { BlobSizeError } from './blobs.ts';
import { codeOf } from './durable-files.ts';

const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const FULL = new Set(['XMinioStorageFull', 'InsufficientCapacity', 'QuotaExceeded', 'XMinioAdminBucketQuotaExceeded']);
/** S3's words for "not now", and Node's for a connection that is not there or broke. */
const AWAY = new Set([
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'OperationAborted',
  'XMinioServerNotInitialized',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** MinIO tells a disk that became full while it wrote in the middle of a sentence. */
const FULL_SENTENCE = /no space left on device|disk quota exceeded/i;

const isMissing = (error: unknown): boolean => MISSING.has(String(codeOf(error)));

/** The result, or undefined when S3 says that there is no such thing. */
export const ifInS3 = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Whether a request that never reached S3, because a kept connection had died, may simply be sent again. */
export const isStaleConnection = (error: unknown): boolean =>
  codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';

/** What a failure of S3 means to callers; wrong credentials and the like stay as they are, for the operator. */
export const translateS3 = (error: unknown): unknown => {
  if (error instanceof AppError || error instanceof BlobSizeError || error instanceof RangeError) return error;
  const code = String(codeOf(error));
  if (code === 'InvalidRange') return new RangeError('the range lies outside of the blob', { cause: error });
  const { name, message } = error as Error;
  if (FULL.has(code) || (name === 'S3Error' && FULL_SENTENCE.test(message)))
    return fail(platformErrors.diskFull, { cause: error });
  // an answer of 500 and more without a body has no code at all
  if (AWAY.has(code) || (name === 'S3Error' && (code === '' || code === 'undefined')))
    return fail(platformErrors.neighbourFailed, { cause: error, retryAfterSeconds: 2 });
  return error;
};
