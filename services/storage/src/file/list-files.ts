import type { StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { listFilesOf } from './file-store.ts';
import { fileView } from './file-view.ts';
import { cursorId, pageOf } from './page.ts';

export const listFiles: Operation<StorageContext, StorageApi['listFiles']> = async (context, { auth, query }) => {
  const { cursor, limit, purpose } = query;
  const rows = await listFilesOf(context.db, auth.accountId, { before: cursorId(cursor), purpose, take: limit + 1 });
  return pageOf(rows, limit, (row) => fileView(context, row));
};
