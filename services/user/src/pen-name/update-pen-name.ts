import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { changePenName, findPenName } from './pen-name-store.ts';
import { penNameView } from './pen-name-view.ts';

export const updatePenName = async (
  { db }: UserContext,
  { params, body }: UserCall<'updatePenName'>,
  account: AccountRow,
) => {
  const { name, bio } = body;
  const unchanged = name === undefined && bio === undefined;
  const row = unchanged
    ? await findPenName(db, account.id, params.penNameId)
    : await changePenName(db, { id: params.penNameId, accountId: account.id }, { name, bio });
  if (!row) throw fail(userErrors.penNameNotFound);
  if (row === 'taken') throw fail(userErrors.penNameTaken);
  return penNameView(row);
};
