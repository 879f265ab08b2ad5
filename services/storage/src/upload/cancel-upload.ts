import { type StorageApi, storageErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { requireOwnUpload } from './own-upload.ts';
import { dropUploads } from './upload-store.ts';

/** What has become a file stays one; it is deleted as a file. */
export const cancelUpload: Operation<StorageContext, StorageApi['cancelUpload']> = async (
  context,
  { auth, params },
) => {
  const { transaction, clock, sweeper } = context;
  const upload = await requireOwnUpload(context, auth.accountId, params.uploadId);
  const dropped = await transaction(async (db) => await dropUploads(db, [upload.id], clock.now()));
  if (dropped === 0) throw fail(storageErrors.uploadNotFound);
  sweeper.wake();
};
