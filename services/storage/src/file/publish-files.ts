import type { StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { makePublic } from './file-store.ts';

export const publishFiles: Operation<StorageContext, StorageApi['publishFiles']> = async ({ db }, { body }) =>
  await makePublic(db, body.fileIds);
