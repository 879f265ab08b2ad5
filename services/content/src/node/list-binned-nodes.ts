import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { listBin } from './node-store.ts';
import { viewNode } from './node-view.ts';

export const listBinnedNodes: Operation<ContentContext, ContentApi['listBinnedNodes']> = async (
  { db, pages },
  { auth, params, query },
) => {
  const { bookId } = await requireBook(db, params.bookId, { accountId: auth.accountId, capability: 'read' });
  const { rows, pagination } = await pages.read({
    list: ['listBinnedNodes', bookId],
    query,
    load: async (position, take) => {
      const [binnedAt, id] = position ?? [];
      return await listBin(db, bookId, {
        after: binnedAt && id ? { binnedAt: new Date(binnedAt), id } : undefined,
        take,
      });
    },
    positionOf: (row) => [row.binnedAt?.toISOString() ?? '', row.id],
  });
  return { data: rows.map((row) => viewNode(row, row.words)), pagination };
};
