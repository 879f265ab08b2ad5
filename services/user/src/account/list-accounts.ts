import type { UserCall, UserContext } from '../context.ts';
import { cursorId, pageOf } from '../page.ts';
import { listAccounts as list } from './account-store.ts';
import { accountSummaryView } from './account-view.ts';

export const listAccounts = async ({ db }: UserContext, { query }: UserCall<'listAccounts'>) => {
  const { cursor, limit, search } = query;
  const rows = await list(db, { after: cursorId(cursor), limit: limit + 1, search });
  return pageOf(rows, limit, accountSummaryView);
};
