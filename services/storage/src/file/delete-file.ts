import { type StorageApi, storageErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { deleteFiles } from './delete-files.ts';

export const deleteFile: Operation<StorageContext, StorageApi['deleteFile']> = async (context, { auth, params }) => {
  const deleted = await deleteFiles(context, [params.fileId], auth.accountId);
  if (deleted.length === 0) throw fail(storageErrors.fileNotFound);
};
