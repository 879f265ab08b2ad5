import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { listPlaces } from './reading-place-store.ts';
import { viewPlace } from './reading-place-view.ts';

export const listReadingPlaces: Operation<ContentContext, ContentApi['listReadingPlaces']> = async (
  { db, pages },
  { auth, query },
) => {
  const { accountId } = auth;
  const { rows, pagination } = await pages.read({
    list: ['listReadingPlaces', accountId],
    query,
    load: async (position, take) => {
      const [updatedAt, bookId] = position ?? [];
      const after = updatedAt && bookId ? { updatedAt: new Date(updatedAt), bookId } : undefined;
      return await listPlaces(db, accountId, { after, take });
    },
    positionOf: (row) => [row.updatedAt.toISOString(), row.bookId],
  });
  return { data: rows.map(viewPlace), pagination };
};
