import { type AccountId, storageErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { findUpload, type UploadRow } from './upload-store.ts';

/** @throws AppError STORAGE_UPLOAD_NOT_FOUND for those of others as for none. */
export const requireOwnUpload = async (
  { db }: Pick<StorageContext, 'db'>,
  accountId: AccountId,
  uploadId: string,
): Promise<UploadRow> => {
  const upload = await findUpload(db, uploadId);
  if (upload?.ownerId !== accountId) throw fail(storageErrors.uploadNotFound);
  return upload;
};
