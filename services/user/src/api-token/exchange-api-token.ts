import { AccountRole, apiTokenScopes, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { z } from 'zod';
import type { UserCall, UserContext } from '../context.ts';
import { hashOfSecret } from '../secret-token.ts';
import { findApiToken, touchApiToken } from './api-token-store.ts';

const LAST_USED_PRECISION_MS = 5 * 60_000;
const Scopes = z.array(z.enum(apiTokenScopes));

/** The access token names the API token as its session, so that deleting the one revokes the other. */
export const exchangeApiToken = async (
  { db, clock, config, keys }: UserContext,
  { body }: UserCall<'exchangeApiToken'>,
) => {
  const token = await findApiToken(db, hashOfSecret(body.token));
  const now = clock.now();
  if (!token || token.account.suspendedAt || (token.expiresAt && token.expiresAt <= now))
    throw fail(userErrors.apiTokenInvalid);
  await touchApiToken(db, token.id, now, LAST_USED_PRECISION_MS);
  const leftSeconds = token.expiresAt ? Math.ceil((token.expiresAt.getTime() - now.getTime()) / 1000) : Infinity;
  const expiresInSeconds = Math.min(config.accessTokenMinutes * 60, leftSeconds);
  const claims = {
    sub: token.accountId,
    sid: token.id,
    name: token.account.name,
    roles: AccountRole.array().parse(token.account.roles),
    scopes: Scopes.parse(token.scopes),
  };
  return { accessToken: await keys.sign(claims, expiresInSeconds), expiresInSeconds };
};
