import type { UserCall, UserContext } from '../context.ts';
import type { AccountRow } from './account-store.ts';
import { accountView } from './account-view.ts';

export const readAccount = (_context: UserContext, _call: UserCall<'readAccount'>, account: AccountRow) =>
  accountView(account);
