import type { FileId, StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { listContentRows } from './file-store.ts';
import { cursorId, pageOf } from './page.ts';

/** For whoever compares the bytes with what they were. */
export const listContents: Operation<StorageContext, StorageApi['listContents']> = async ({ db }, { query }) => {
  const { cursor, limit } = query;
  const rows = await listContentRows(db, { after: cursorId(cursor), take: limit + 1 });
  return pageOf(rows, limit, ({ fileId, name, sha256, sizeBytes }) => ({
    fileId: fileId as FileId,
    name,
    sha256,
    sizeBytes: Number(sizeBytes),
  }));
};
