import { type EndpointDefinition, platformErrors, type ResultOf } from '@authorworks/contracts';
import { type AccountAuth, type Call, fail, type Operation } from '@authorworks/platform';
import { type AccountRow, findForToken } from '../account/account-store.ts';
import type { UserContext } from '../context.ts';

type SignedInOperation<E extends EndpointDefinition> = (
  context: UserContext,
  call: Call<E>,
  account: AccountRow,
) => Promise<ResultOf<E>> | ResultOf<E>;

/**
 * The account behind an access token, as it is now. Elsewhere a token is taken until it expires or Redis knows it for
 * revoked; here are the rows themselves, so a suspension, a lost role or the end of a session counts with the next request.
 * @throws AppError AUTH_TOKEN_INVALID
 */
export const accountOf = async ({ postgres }: UserContext, auth: AccountAuth): Promise<AccountRow> => {
  const account = await findForToken(postgres.sql, auth.accountId, auth.sessionId);
  if (!account || account.revoked || account.suspendedAt) throw fail(platformErrors.tokenInvalid);
  return account;
};

/** @throws AppError AUTH_ROLE_MISSING */
export const requireOperator = (account: AccountRow): void => {
  if (!account.roles.includes('operator')) throw fail(platformErrors.roleMissing);
};

/** An operation for the person who is signed in, and gets their account. */
export const signedIn =
  <E extends EndpointDefinition & { readonly audience: 'account' }>(
    operation: SignedInOperation<E>,
  ): Operation<UserContext, E> =>
  async (context, call) =>
    await operation(context, call, await accountOf(context, call.auth));

/** An operation for operators: the role in the token is up to a quarter of an hour old, the row is not. */
export const operatorOnly =
  <E extends EndpointDefinition & { readonly audience: 'account' }>(
    operation: Operation<UserContext, E>,
  ): Operation<UserContext, E> =>
  async (context, call) => {
    requireOperator(await accountOf(context, call.auth));
    return await operation(context, call);
  };
