import type { StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { deleteFiles } from './delete-files.ts';

/** So many in one transaction, that it stays short. */
const BATCH = 100;

/** For the other services. Unknown files are passed over, so that a repeat is harmless. */
export const removeFiles: Operation<StorageContext, StorageApi['removeFiles']> = async (context, { body }) => {
  for (let at = 0; at < body.fileIds.length; at += BATCH)
    await deleteFiles(context, body.fileIds.slice(at, at + BATCH));
};
