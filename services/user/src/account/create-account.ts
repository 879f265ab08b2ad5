import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { UserCall, UserContext } from '../context.ts';
import { requestVerificationMail } from '../mail/mail-jobs.ts';
import { isWeakPassword } from '../password/password-policy.ts';
import { publishCreated } from './account-events.ts';
import { findAccountByEmail, insertAccount } from './account-store.ts';
import { accountView } from './account-view.ts';

export const createAccount = async (context: UserContext, { body, signal }: UserCall<'createAccount'>) => {
  const { config, db, hashing, clock } = context;
  const { email, name, password } = body;
  if (config.signUp === 'closed') throw fail(userErrors.signUpClosed);
  if (isWeakPassword(password, { email, name })) throw fail(userErrors.passwordWeak);
  // before the hashing, which is what costs; the row itself decides when two come at once
  if (await findAccountByEmail(db, email)) throw fail(userErrors.emailTaken);
  const passwordHash = await hashing.hash(password, signal);
  const account = await context.transaction(async (db, sql) => {
    const facts = { email, name, passwordHash, emailVerified: false, roles: ['author'] as const };
    const created = await insertAccount(db, facts, clock.now());
    if (!created) throw fail(userErrors.emailTaken);
    await publishCreated(context, sql, created);
    await requestVerificationMail(context, sql, created.id);
    return created;
  });
  return accountView(account);
};
