import { type StorageApi, storageErrors as errors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { BlobSizeError } from '@authorworks/platform/blobs';
import type { StorageContext } from '../context.ts';
import { partsOf, standOf } from './upload-policy.ts';
import { findUpload, markActive, partsUploadOf } from './upload-store.ts';
import { partPath } from './upload-view.ts';

const partInvalid = (number: number, sizeBytes: number, cause?: unknown) =>
  fail(errors.partInvalid, { message: `Part ${number} of this upload has exactly ${sizeBytes} bytes.`, cause });

export const writeUploadPart: Operation<StorageContext, StorageApi['writeUploadPart']> = async (context, call) => {
  const { links, clock, db, blobs, counts } = context;
  const { uploadId, partNumber } = call.params;
  const now = clock.now();
  if (!links.isValid('PUT', partPath(uploadId, partNumber), call.query, now)) throw fail(errors.linkInvalid);
  const upload = await findUpload(db, uploadId);
  if (!upload || standOf(upload, now) !== 'open') throw fail(errors.uploadNotFound);
  const part = partsOf(Number(upload.sizeBytes), upload.partSizeBytes)[partNumber - 1];
  if (!part) throw fail(errors.partInvalid, { message: `This upload has no part ${partNumber}.` });
  const declared = call.headers['content-length'];
  if (declared !== undefined && Number(declared) !== part.sizeBytes) throw partInvalid(partNumber, part.sizeBytes);
  try {
    const stored = await blobs.putPart(partsUploadOf(upload), partNumber, call.body, part.sizeBytes);
    if (!stored) throw fail(errors.uploadNotFound);
  } catch (error) {
    throw error instanceof BlobSizeError ? partInvalid(partNumber, part.sizeBytes, error) : error;
  }
  counts.bytesReceived.inc(part.sizeBytes);
  await markActive(db, upload, now);
};
