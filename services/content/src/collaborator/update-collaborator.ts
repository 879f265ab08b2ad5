import { type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import { lockBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { announceAccess } from './announce-access.ts';
import { changeRole, findCollaborator } from './collaborator-store.ts';
import { viewCollaborator } from './collaborator-view.ts';

export const updateCollaborator: Operation<ContentContext, ContentApi['updateCollaborator']> = async (
  context,
  { auth, params, body },
) => {
  const wish = { accountId: auth.accountId, capability: 'administer' } as const;
  const { bookId } = await requireBook(context.db, params.bookId, wish);
  const row = await context.db.$transaction(async (db) => {
    await lockBook(db, bookId);
    const found = await findCollaborator(db, { bookId, id: params.collaboratorId });
    if (!found) throw fail(contentErrors.collaboratorNotFound);
    if (found.role === 'owner')
      throw fail(contentErrors.roleForbids, { message: 'The owner of a book stays its owner.' });
    if (found.role === body.role) return found;
    await changeRole(db, found.id, body.role);
    await announceAccess({ bus: context.bus, db }, { bookId, accountId: found.accountId, role: body.role });
    return { ...found, role: body.role };
  });
  const names = await context.accountNames.find(row.accountId === null ? [] : [row.accountId]);
  return viewCollaborator(row, names.get(row.accountId ?? ''));
};
