import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { cursorId, pageOf } from '../page.ts';
import { listPenNames as list } from './pen-name-store.ts';
import { penNameView } from './pen-name-view.ts';

export const listPenNames = async ({ db }: UserContext, { query }: UserCall<'listPenNames'>, account: AccountRow) => {
  const { cursor, limit } = query;
  return pageOf(await list(db, account.id, { after: cursorId(cursor), limit: limit + 1 }), limit, penNameView);
};
