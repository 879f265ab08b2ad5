import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { endSessions } from './end-sessions.ts';
import { endRefreshCookie } from './refresh-cookie.ts';

export const endCurrentSession = async (
  context: UserContext,
  { auth, setHeader }: UserCall<'endCurrentSession'>,
  account: AccountRow,
): Promise<void> => {
  const choice = { accountId: account.id, only: [auth.sessionId] };
  const ended = await context.transaction(
    async (db, sql) => await endSessions(context, { db, sql }, choice, 'signed-out'),
  );
  await context.revocations.announce(ended);
  setHeader('set-cookie', [endRefreshCookie(context.config)]);
};
