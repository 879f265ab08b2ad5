import { type BookRole, type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import { lockBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { announceAccess } from './announce-access.ts';
import { judgeRemoval } from './collaborator-policy.ts';
import { findCollaborator, removeCollaboratorRow } from './collaborator-store.ts';

export const removeCollaborator: Operation<ContentContext, ContentApi['removeCollaborator']> = async (
  context,
  { auth, params },
) => {
  const { accountId } = auth;
  const { bookId, role } = await requireBook(context.db, params.bookId, { accountId, capability: 'read' });
  await context.db.$transaction(async (db) => {
    await lockBook(db, bookId);
    const target = await findCollaborator(db, { bookId, id: params.collaboratorId });
    if (!target) throw fail(contentErrors.collaboratorNotFound);
    const verdict = judgeRemoval({ accountId, role }, { accountId: target.accountId, role: target.role as BookRole });
    if (verdict === 'forbidden') throw fail(contentErrors.roleForbids);
    if (verdict === 'owner-stays')
      throw fail(contentErrors.roleForbids, { message: 'The owner cannot leave a book. Put it into the bin instead.' });
    await removeCollaboratorRow(db, target.id);
    await announceAccess({ bus: context.bus, db }, { bookId, accountId: target.accountId, role: null });
  });
};
