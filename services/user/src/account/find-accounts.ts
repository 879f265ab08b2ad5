import type { UserCall, UserContext } from '../context.ts';
import { findAccounts as find } from './account-store.ts';
import { accountSummaryView } from './account-view.ts';

export const findAccounts = async ({ db }: UserContext, { body }: UserCall<'findAccounts'>) => {
  const { ids = [], emails = [] } = body;
  return (await find(db, { ids, emails })).map(accountSummaryView);
};
