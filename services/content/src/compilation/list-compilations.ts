import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { listCompilationsOf } from './compilation-store.ts';
import { showCompilations } from './show-compilations.ts';

export const listCompilations: Operation<ContentContext, ContentApi['listCompilations']> = async (
  context,
  { auth, params, query },
) => {
  const { db, pages } = context;
  const { bookId } = await requireBook(db, params.bookId, { accountId: auth.accountId, capability: 'read' });
  const { rows, pagination } = await pages.read({
    list: ['listCompilations', bookId],
    query,
    load: async (after, take) => await listCompilationsOf(db, bookId, { beforeId: after?.[0], take }),
    positionOf: ({ id }) => [id],
  });
  return { data: await showCompilations(context, rows), pagination };
};
