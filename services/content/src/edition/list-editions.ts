import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { listEditionsOf } from './edition-store.ts';
import { viewEdition } from './edition-view.ts';

export const listEditions: Operation<ContentContext, ContentApi['listEditions']> = async (
  { db, pages },
  { auth, params, query },
) => {
  const { bookId } = await requireBook(db, params.bookId, { accountId: auth.accountId, capability: 'read' });
  const { rows, pagination } = await pages.read({
    list: ['listEditions', bookId],
    query,
    load: async (after, take) =>
      await listEditionsOf(db, bookId, { belowNumber: after === undefined ? undefined : Number(after[0]), take }),
    positionOf: ({ number }) => [String(number)],
  });
  return { data: rows.map((row) => viewEdition(row, row.book.publishedEditionId)), pagination };
};
