import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { revokeApiTokens } from '../session/end-sessions.ts';
import { deleteApiToken as remove } from './api-token-store.ts';

export const deleteApiToken = async (
  context: UserContext,
  { params }: UserCall<'deleteApiToken'>,
  account: AccountRow,
): Promise<void> => {
  const ids = [params.apiTokenId];
  await context.transaction(async (db, sql) => {
    if (!(await remove(db, account.id, params.apiTokenId))) throw fail(userErrors.apiTokenNotFound);
    await revokeApiTokens(context, { db, sql }, { accountId: account.id, ids }, 'token-deleted');
  });
  await context.revocations.announce(ids);
};
