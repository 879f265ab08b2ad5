import { platformErrors, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { countPenNames, insertPenName } from './pen-name-store.ts';
import { penNameView } from './pen-name-view.ts';

const MAX_PEN_NAMES = 100;

export const createPenName = async (
  { db, clock }: UserContext,
  { body }: UserCall<'createPenName'>,
  account: AccountRow,
) => {
  if ((await countPenNames(db, account.id)) >= MAX_PEN_NAMES)
    throw fail(platformErrors.invalidRequest, { message: `You have ${MAX_PEN_NAMES} pen names. Remove one first.` });
  const row = await insertPenName(db, { accountId: account.id, ...body }, clock.now());
  if (!row) throw fail(userErrors.penNameTaken);
  return penNameView(row);
};
