import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { cursorId, pageOf } from '../page.ts';
import { listLiveSessions } from './session-store.ts';
import { sessionView } from './session-view.ts';

export const listSessions = async (
  { db, clock }: UserContext,
  { auth, query }: UserCall<'listSessions'>,
  account: AccountRow,
) => {
  const { cursor, limit } = query;
  const page = { before: cursorId(cursor), limit: limit + 1, now: clock.now() };
  const rows = await listLiveSessions(db, account.id, page);
  return pageOf(rows, limit, (row) => sessionView(row, auth.sessionId));
};
