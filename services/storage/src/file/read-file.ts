import { type StorageApi, storageErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { findFile } from './file-store.ts';
import { fileView } from './file-view.ts';
import { mayReadFile } from './readable-file.ts';

export const readFile: Operation<StorageContext, StorageApi['readFile']> = async (context, { auth, params }) => {
  const file = await findFile(context.db, params.fileId);
  if (!file || !(await mayReadFile(context, file, auth.accountId))) throw fail(storageErrors.fileNotFound);
  return fileView(context, file);
};
