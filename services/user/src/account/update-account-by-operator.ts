import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { listApiTokenIds } from '../api-token/api-token-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { endSessions, revokeApiTokens } from '../session/end-sessions.ts';
import { wouldLoseLastOperator } from './account-policy.ts';
import { changeAccount, listOperators, lockAccount, lockOperators } from './account-store.ts';
import { accountSummaryView } from './account-view.ts';

export const updateAccountByOperator = async (
  context: UserContext,
  { params, body }: UserCall<'updateAccountByOperator'>,
) => {
  const { account, ended } = await context.transaction(async (db, sql) => {
    await lockOperators(db);
    const before = await lockAccount(db, params.accountId);
    if (!before) throw fail(userErrors.accountNotFound);
    const roles = [...new Set<string>(body.roles ?? before.roles)];
    const suspended = body.suspended ?? before.suspendedAt !== null;
    if (wouldLoseLastOperator({ id: before.id, roles, suspended }, await listOperators(db)))
      throw fail(userErrors.lastOperator);
    const suspendedAt = suspended ? (before.suspendedAt ?? context.clock.now()) : null;
    const changed = await changeAccount(db, before.id, { roles, suspendedAt });
    if (!suspended || before.suspendedAt) return { account: changed, ended: [] };
    // at once: the tokens in use end with the sessions; API tokens stay, but are not taken while suspended
    const sessions = await endSessions(context, { db, sql }, { accountId: before.id }, 'suspended');
    const tokens = await listApiTokenIds(db, before.id);
    await revokeApiTokens(context, { db, sql }, { accountId: before.id, ids: tokens }, 'suspended');
    return { account: changed, ended: [...sessions, ...tokens] };
  });
  await context.revocations.announce(ended);
  return accountSummaryView(account);
};
