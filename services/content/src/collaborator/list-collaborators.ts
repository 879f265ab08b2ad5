import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { listCollaboratorsOf } from './collaborator-store.ts';
import { viewCollaborator } from './collaborator-view.ts';

export const listCollaborators: Operation<ContentContext, ContentApi['listCollaborators']> = async (
  { db, pages, accountNames },
  { auth, params, query },
) => {
  const { bookId } = await requireBook(db, params.bookId, { accountId: auth.accountId, capability: 'read' });
  const { rows, pagination } = await pages.read({
    list: ['listCollaborators', bookId],
    query,
    load: async (after, take) => await listCollaboratorsOf(db, bookId, { afterId: after?.[0], take }),
    positionOf: ({ id }) => [id],
  });
  const names = await accountNames.find(rows.flatMap(({ accountId }) => accountId ?? []));
  return { data: rows.map((row) => viewCollaborator(row, names.get(row.accountId ?? ''))), pagination };
};
