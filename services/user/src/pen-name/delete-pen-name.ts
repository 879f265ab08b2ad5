import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { deletePenName as remove } from './pen-name-store.ts';

export const deletePenName = async (
  { db }: UserContext,
  { params }: UserCall<'deletePenName'>,
  account: AccountRow,
): Promise<void> => {
  if (!(await remove(db, account.id, params.penNameId))) throw fail(userErrors.penNameNotFound);
};
