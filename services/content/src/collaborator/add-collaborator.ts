import { type AccountSummary, contentErrors, contentEvents, type ContentApi } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import { lockBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { type Db, publish } from '../database.ts';
import { announceAccess } from './announce-access.ts';
import {
  type CollaboratorRow,
  emailKeyOf,
  findInvitation,
  findMember,
  insertCollaborator,
} from './collaborator-store.ts';
import { viewCollaborator } from './collaborator-view.ts';

const isInBook = async (db: Db, row: CollaboratorRow): Promise<boolean> => {
  const { bookId, accountId, emailKey } = row;
  const found =
    accountId === null
      ? await findInvitation(db, { bookId, emailKey })
      : ((await findMember(db, { bookId, accountId })) ?? (await findInvitation(db, { bookId, emailKey })));
  return found !== null;
};

/** Who has an account under the address is in the book at once; for others the invitation waits. */
export const addCollaborator: Operation<ContentContext, ContentApi['addCollaborator']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { bookId } = await requireBook(context.db, params.bookId, { accountId, capability: 'administer' });
  const accounts = await context.user.findAccounts({ body: { emails: [body.email] } });
  const account: AccountSummary | undefined = accounts[0];
  const row: CollaboratorRow = {
    id: newId(),
    bookId,
    accountId: account?.id ?? null,
    role: body.role,
    email: body.email,
    emailKey: emailKeyOf(body.email),
    invitedBy: accountId,
    createdAt: context.clock.now(),
  };
  await context.db.$transaction(async (db) => {
    const book = await lockBook(db, bookId);
    if (!book || book.binnedAt) throw fail(contentErrors.bookNotFound);
    if (await isInBook(db, row)) throw fail(contentErrors.alreadyCollaborator);
    await insertCollaborator(db, row);
    await announceAccess({ bus: context.bus, db }, { ...row, role: body.role });
    await publish({ bus: context.bus, db }, contentEvents.collaboratorInvited, {
      bookId: params.bookId,
      collaboratorId: row.id,
      bookTitle: book.title,
      email: body.email,
      role: body.role,
      invitedByName: auth.name,
      hasAccount: account !== undefined,
    });
  });
  return viewCollaborator(row, account);
};
