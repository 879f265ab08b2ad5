import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { hashOfSecret, newSecret } from '../secret-token.ts';
import { countApiTokens, insertApiToken } from './api-token-store.ts';
import { apiTokenView } from './api-token-view.ts';

/** By which a token that leaked is recognised by people and by scanners. */
const PREFIX = 'aw_';
const MAX_TOKENS = 100;
const DAY_MS = 24 * 60 * 60_000;

export const createApiToken = async (
  { db, clock }: UserContext,
  { body }: UserCall<'createApiToken'>,
  account: AccountRow,
) => {
  const { name, scopes, expiresInDays } = body;
  if ((await countApiTokens(db, account.id)) >= MAX_TOKENS)
    throw fail(platformErrors.invalidRequest, {
      message: `You have ${MAX_TOKENS} tokens. Delete one that you do not need.`,
    });
  const token = `${PREFIX}${newSecret()}`;
  const now = clock.now();
  const expiresAt = expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS);
  const row = await insertApiToken(
    db,
    { accountId: account.id, name, scopes, hash: hashOfSecret(token), expiresAt },
    now,
  );
  return { ...apiTokenView(row), token };
};
