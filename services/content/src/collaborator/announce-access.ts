import { type BookRole, contentEvents } from '@authorworks/contracts';
import type { Bus } from '@authorworks/platform/bus';
import { type Db, publish } from '../database.ts';
import { listMembers } from './collaborator-store.ts';

/** Where an announcement is written: always the transaction of the change itself. */
export interface Announcement {
  readonly bus: Bus;
  readonly db: Db;
}

/** Tells what an account is to a book now; nothing for an invitation that has no account yet. */
export const announceAccess = async (
  where: Announcement,
  change: { readonly bookId: string; readonly accountId: string | null; readonly role: BookRole | null },
): Promise<void> => {
  if (change.accountId === null) return;
  await publish(where, contentEvents.accessChanged, {
    bookId: change.bookId,
    accountId: change.accountId,
    role: change.role,
  });
};

/** Tells of everybody who works on a book, when it opens again. */
export const announceMembers = async (where: Announcement, bookId: string): Promise<void> => {
  for (const { accountId, role } of await listMembers(where.db, bookId))
    await announceAccess(where, { bookId, accountId, role });
};

/** Tells that nobody can open something in a book any more: the book itself, or scenes of it, went to the bin. */
export const announceClosing = async (where: Announcement, bookId: string): Promise<void> =>
  await publish(where, contentEvents.accessChanged, { bookId, accountId: null, role: null });
