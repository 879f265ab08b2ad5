import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { endSessions } from './end-sessions.ts';

export const endSession = async (
  context: UserContext,
  { params }: UserCall<'endSession'>,
  account: AccountRow,
): Promise<void> => {
  const choice = { accountId: account.id, only: [params.sessionId] };
  const ended = await context.transaction(async (db, sql) => await endSessions(context, { db, sql }, choice, 'ended'));
  if (ended.length === 0) throw fail(userErrors.sessionNotFound);
  await context.revocations.announce(ended);
};
