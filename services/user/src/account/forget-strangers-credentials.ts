import { deleteApiTokens } from '../api-token/api-token-store.ts';
import type { UserContext } from '../context.ts';
import { deleteIdentities } from '../provider/identity-store.ts';
import { endSessions, revokeApiTokens, type Transaction } from '../session/end-sessions.ts';
import { type AccountRow, changeAccount } from './account-store.ts';

/**
 * Somebody has just shown that the address of an unconfirmed account is theirs. Who made the account is not known: it may
 * have been a stranger who waits for the owner of the address to come and fill it ("pre-hijacking"). So every way in that
 * was made before is closed: password, sessions, API tokens, connected sign-ins. What was written stays.
 * @returns ids for `revocations.announce`.
 */
export const forgetStrangersCredentials = async (
  context: UserContext,
  transaction: Transaction,
  account: AccountRow,
): Promise<string[]> => {
  const { db } = transaction;
  await changeAccount(db, account.id, { passwordHash: null });
  await deleteIdentities(db, account.id);
  const tokens = await deleteApiTokens(db, account.id);
  await revokeApiTokens(context, transaction, { accountId: account.id, ids: tokens }, 'token-deleted');
  const sessions = await endSessions(context, transaction, { accountId: account.id }, 'password-changed');
  return [...tokens, ...sessions];
};
