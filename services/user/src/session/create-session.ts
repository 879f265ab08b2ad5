import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { type AccountRow, changeAccount, findForSignIn } from '../account/account-store.ts';
import { emailKeyOf } from '../account/email-key.ts';
import type { UserCall, UserContext } from '../context.ts';
import { requestVerificationMail } from '../mail/mail-jobs.ts';
import { prefixOf } from './address-ranges.ts';
import { openSession, tokensFor } from './open-session.ts';

/** Whether an account whose password was right may come in. */
const admitAccount = async (context: UserContext, account: AccountRow): Promise<void> => {
  if (account.suspendedAt) throw fail(userErrors.accountSuspended);
  if (context.config.emailVerification === 'optional' || account.emailVerified) return;
  await context.transaction(async (_db, sql) => await requestVerificationMail(context, sql, account.id));
  throw fail(userErrors.emailUnverified);
};

const rehash = async (context: UserContext, account: AccountRow, password: string): Promise<void> => {
  if (account.passwordHash === null || !context.hashing.isDated(account.passwordHash)) return;
  await changeAccount(context.db, account.id, { passwordHash: await context.hashing.hash(password) });
};

/**
 * What is answered, and how long that takes, is the same for a wrong password and for an address that nobody has: one
 * query, one count of guesses, one hash. What only the owner may know (suspended, unverified) is said after the password.
 */
export const createSession = async (context: UserContext, call: UserCall<'createSession'>) => {
  const { body, ipAddress, signal, setHeader } = call;
  const emailKey = emailKeyOf(body.email);
  const { account, known } = await findForSignIn(context.postgres.sql, emailKey, prefixOf(ipAddress));
  const guess = { account: emailKey, ipAddress, known };
  await context.guesses.admit(guess);
  const right = await context.hashing.verify(account?.passwordHash ?? null, body.password, signal);
  if (!account || !right) {
    context.counts.signIns.inc({ method: 'password', result: 'refused' });
    throw fail(userErrors.credentialsWrong);
  }
  await context.guesses.forgive(guess);
  await admitAccount(context, account);
  await rehash(context, account, body.password);
  const session = await openSession(context, { account, method: 'password' }, call);
  return await tokensFor(context, session, { transport: body.transport, setHeader });
};
