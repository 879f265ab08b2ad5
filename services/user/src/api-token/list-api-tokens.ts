import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { cursorId, pageOf } from '../page.ts';
import { listApiTokens as list } from './api-token-store.ts';
import { apiTokenView } from './api-token-view.ts';

export const listApiTokens = async ({ db }: UserContext, { query }: UserCall<'listApiTokens'>, account: AccountRow) => {
  const { cursor, limit } = query;
  return pageOf(await list(db, account.id, { before: cursorId(cursor), limit: limit + 1 }), limit, apiTokenView);
};
