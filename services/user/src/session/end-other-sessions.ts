import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { endSessions } from './end-sessions.ts';

export const endOtherSessions = async (
  context: UserContext,
  { auth }: UserCall<'endOtherSessions'>,
  account: AccountRow,
): Promise<void> => {
  const choice = { accountId: account.id, except: auth.sessionId };
  const ended = await context.transaction(async (db, sql) => await endSessions(context, { db, sql }, choice, 'ended'));
  await context.revocations.announce(ended);
};
