import type { StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { findFilesByIds } from './file-store.ts';
import { fileView } from './file-view.ts';

export const findFiles: Operation<StorageContext, StorageApi['findFiles']> = async (context, { body }) => {
  const { fileIds, variant } = body;
  const files = await findFilesByIds(context.db, fileIds);
  return files.map((file) => ({ ...fileView(context, file, variant), ownerId: file.ownerId }));
};
