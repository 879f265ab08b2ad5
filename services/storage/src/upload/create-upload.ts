import { type StorageApi, storageErrors as errors } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import { mayInBook } from '../access/book-access.ts';
import { objectKey } from '../blob/blob-key.ts';
import { purposeRules } from '../content/file-types.ts';
import { judgeClaims } from '../content/type-policy.ts';
import type { StorageContext } from '../context.ts';
import { fitsQuota } from '../file/file-policy.ts';
import { lockUsage, readUsageOf } from '../file/file-store.ts';
import { partSizeFor, UPLOAD_LIFE_MS, uploadsToGiveUp } from './upload-policy.ts';
import { dropUploads, insertUpload, listOpenUploads, markBegun, type NewUpload } from './upload-store.ts';
import { uploadView } from './upload-view.ts';

/** Writes the upload's row where the account has room for it. @throws AppError STORAGE_QUOTA_EXCEEDED */
const reserve = async ({ transaction, quotaBytes }: StorageContext, upload: NewUpload): Promise<void> =>
  await transaction(async (db) => {
    await lockUsage(db, upload.ownerId);
    const { usedBytes } = await readUsageOf(db, upload.ownerId);
    if (!fitsQuota(usedBytes, upload.sizeBytes, quotaBytes)) throw fail(errors.quotaExceeded);
    const forgotten = uploadsToGiveUp(await listOpenUploads(db, upload.ownerId), upload.sizeBytes, quotaBytes);
    await dropUploads(
      db,
      forgotten.map(({ id }) => id),
      upload.createdAt,
    );
    await insertUpload(db, upload);
  });

export const createUpload: Operation<StorageContext, StorageApi['createUpload']> = async (context, { auth, body }) => {
  const { blobs, clock, content, db, transaction, sweeper } = context;
  const { name, sizeBytes, contentType, purpose, bookId } = body;
  const verdict = judgeClaims({ name, contentType, purpose }, sizeBytes);
  if (verdict === 'type-not-allowed') throw fail(errors.typeNotAllowed);
  if (verdict === 'too-large') {
    const limit = purposeRules[purpose].maxBytes / (1024 * 1024);
    throw fail(errors.fileTooLarge, { message: `This file is too large: at most ${limit} MiB are taken here.` });
  }
  const { accountId } = auth;
  if (bookId !== undefined && !(await mayInBook(content, { accountId, bookId }, 'write')))
    throw fail(errors.bookNotFound);
  const now = clock.now();
  const id = newId();
  const key = objectKey(newId());
  const expiresAt = new Date(now.getTime() + UPLOAD_LIFE_MS);
  const times = { createdAt: now, activeAt: now, expiresAt };
  const partSizeBytes = partSizeFor(sizeBytes);
  const declaredType = contentType ?? null;
  await reserve(context, {
    id,
    ownerId: accountId,
    name,
    sizeBytes,
    partSizeBytes,
    declaredType,
    purpose,
    bookId: bookId ?? null,
    key,
    ...times,
  });
  // the row is there before anything is begun in the object storage, so that nothing there is ever without a row
  try {
    const upload = await markBegun(db, id, await blobs.beginParts(key));
    if (!upload) throw fail(errors.quotaExceeded);
    return await uploadView(context, upload, (plan) => plan.map(({ number }) => number));
  } catch (error) {
    await transaction(async (tx) => await dropUploads(tx, [id], now)).catch(() => undefined);
    sweeper.wake();
    throw error;
  }
};
