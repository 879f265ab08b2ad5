import type { AccountId, BookRole } from '@authorworks/contracts';
import type { Collaborator } from '../../prisma/client/client.ts';
import type { Db } from '../database.ts';

export type CollaboratorRow = Collaborator;

/** Addresses are compared without regard to case. */
export const emailKeyOf = (email: string): string => email.toLowerCase();

/** The order in which they came; the owner is the first. */
export const listCollaboratorsOf = async (
  db: Db,
  bookId: string,
  page: { readonly afterId: string | undefined; readonly take: number },
): Promise<CollaboratorRow[]> =>
  await db.collaborator.findMany({
    where: { bookId, ...(page.afterId === undefined ? {} : { id: { gt: page.afterId } }) },
    orderBy: { id: 'asc' },
    take: page.take,
  });

/** Accounts that work on a book. */
export const listMemberIds = async (db: Db, bookId: string): Promise<string[]> => {
  const rows = await db.collaborator.findMany({
    where: { bookId, accountId: { not: null } },
    select: { accountId: true },
  });
  return rows.flatMap(({ accountId }) => accountId ?? []);
};

/** Accounts that work on a book, and as what. */
export const listMembers = async (db: Db, bookId: string): Promise<{ accountId: AccountId; role: BookRole }[]> => {
  const rows = await db.collaborator.findMany({
    where: { bookId, accountId: { not: null } },
    orderBy: { id: 'asc' },
    select: { accountId: true, role: true },
  });
  return rows as { accountId: AccountId; role: BookRole }[];
};

/** A collaborator of this very book: the id alone would open those of others. */
export const findCollaborator = async (
  db: Db,
  key: { readonly bookId: string; readonly id: string },
): Promise<CollaboratorRow | null> => await db.collaborator.findFirst({ where: key });

export const findMember = async (
  db: Db,
  key: { readonly bookId: string; readonly accountId: string },
): Promise<CollaboratorRow | null> => await db.collaborator.findUnique({ where: { bookId_accountId: key } });

/** The open invitation of an address. */
export const findInvitation = async (
  db: Db,
  key: { readonly bookId: string; readonly emailKey: string },
): Promise<CollaboratorRow | null> => await db.collaborator.findFirst({ where: { ...key, accountId: null } });

export const insertCollaborator = async (db: Db, row: CollaboratorRow): Promise<void> => {
  await db.collaborator.create({ data: row });
};

export const changeRole = async (db: Db, id: string, role: BookRole): Promise<void> => {
  await db.collaborator.update({ where: { id }, data: { role }, select: { id: true } });
};

export const removeCollaboratorRow = async (db: Db, id: string): Promise<void> => {
  await db.collaborator.deleteMany({ where: { id } });
};

/**
 * Gives the open invitations of an address to an account. Where the account works on the book already, the invitation
 * only disappears. A repeat finds nothing to do.
 * @returns what the account became where.
 */
export const attachInvitations = async (
  db: Db,
  account: { readonly accountId: string; readonly emailKey: string },
): Promise<{ bookId: string; role: BookRole }[]> => {
  const { accountId, emailKey } = account;
  const attached = await db.$queryRaw<{ book_id: string; role: BookRole }[]>`
    UPDATE collaborator AS invitation SET account_id = ${accountId}::uuid
    WHERE email_key = ${emailKey} AND account_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM collaborator AS member WHERE member.book_id = invitation.book_id AND member.account_id = ${accountId}::uuid)
    RETURNING book_id, role`;
  await db.collaborator.deleteMany({ where: { emailKey, accountId: null } });
  return attached.map(({ book_id, role }) => ({ bookId: book_id, role }));
};

/** Addresses of open invitations, in alphabetical order behind one. */
export const listInvitedAddresses = async (db: Db, after: string, take: number): Promise<string[]> => {
  const rows = await db.collaborator.findMany({
    where: { accountId: null, emailKey: { gt: after } },
    orderBy: { emailKey: 'asc' },
    distinct: ['emailKey'],
    take,
    select: { emailKey: true },
  });
  return rows.map(({ emailKey }) => emailKey);
};
