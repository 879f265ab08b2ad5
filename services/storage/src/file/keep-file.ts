import { type FilePurpose, storageErrors, storageEvents } from '@authorworks/contracts';
import { fail, newId } from '@authorworks/platform';
import type { Sql } from '@authorworks/platform/postgres';
import { keepBlob } from '../blob/blob-store.ts';
import type { CheckedContent } from '../content/check-content.ts';
import type { StorageContext } from '../context.ts';
import type { Db } from '../database.ts';
import { fitsQuota } from './file-policy.ts';
import { type FileRow, insertFile, type NewFile, readUsageOf } from './file-store.ts';

/** A content that has arrived as an object, was looked into, and is to become a file. */
export interface Arrival {
  readonly ownerId: string;
  readonly name: string;
  readonly purpose: string;
  readonly bookId: string | null;
  readonly key: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly checked: CheckedContent;
  readonly put: NewFile['put'];
}

export interface KeptFile {
  readonly file: FileRow;
  /** false: the same content was there before, and the object that arrived is not needed. */
  readonly usesObject: boolean;
}

/**
 * Makes a file of what has arrived, with its event, in the caller's transaction. The caller has locked the owner's usage.
 * @throws AppError STORAGE_QUOTA_EXCEEDED
 */
export const keepFile = async (
  { bus, clock, quotaBytes }: Pick<StorageContext, 'bus' | 'clock' | 'quotaBytes'>,
  { db, sql }: { readonly db: Db; readonly sql: Sql },
  arrival: Arrival,
): Promise<KeptFile> => {
  const { ownerId, name, purpose, bookId, key, sha256, sizeBytes, checked, put } = arrival;
  const { usedBytes } = await readUsageOf(db, ownerId);
  if (!fitsQuota(usedBytes, sizeBytes, quotaBytes)) throw fail(storageErrors.quotaExceeded);
  const now = clock.now();
  const blob = await keepBlob(db, { sha256, sizeBytes, key, now });
  const { type: contentType, width, height } = checked;
  const content = { blobId: blob.id, contentType, sizeBytes, sha256, width, height };
  const file = await insertFile(db, { id: newId(), ownerId, name, purpose, bookId, ...content, put, createdAt: now });
  await bus.publish(sql, storageEvents.fileStored, {
    fileId: file.id,
    ownerId: ownerId,
    bookId: bookId,
    purpose: purpose as FilePurpose,
    sizeBytes,
  });
  return { file, usesObject: blob.key === key };
};
