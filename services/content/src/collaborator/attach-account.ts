import type { ContentContext } from '../context.ts';
import { announceAccess } from './announce-access.ts';
import { attachInvitations, emailKeyOf, listInvitedAddresses } from './collaborator-store.ts';

/** An account under an address that its owner has confirmed. */
interface ConfirmedAccount {
  readonly accountId: string;
  readonly email: string;
}

/** Makes the open invitations of an address the account's. A repeat is harmless. */
export const attachAccount = async (
  context: Pick<ContentContext, 'db' | 'bus'>,
  { accountId, email }: ConfirmedAccount,
): Promise<void> => {
  await context.db.$transaction(async (db) => {
    for (const { bookId, role } of await attachInvitations(db, { accountId, emailKey: emailKeyOf(email) }))
      await announceAccess({ bus: context.bus, db }, { bookId, accountId, role });
  });
};

/** Addresses that one question to the user service may name. */
const BATCH = 500;

/**
 * Looks for accounts of all invited addresses, for those whose account was made in the moment of the invitation, or whose
 * event was lost. Unconfirmed addresses go on waiting: anybody can sign up with somebody else's.
 */
export const attachWaitingInvitations = async (context: ContentContext): Promise<void> => {
  for (let after = ''; ; ) {
    const emails = await listInvitedAddresses(context.db, after, BATCH);
    if (emails.length === 0) return;
    for (const { id, email, emailVerified } of await context.user.findAccounts({ body: { emails } }))
      if (emailVerified) await attachAccount(context, { accountId: id, email });
    after = emails.at(-1) ?? '';
    if (emails.length < BATCH) return;
  }
};
