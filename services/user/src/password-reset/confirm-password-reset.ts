import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { publishUpdated } from '../account/account-events.ts';
import { type AccountRow, changeAccount, findAccount, lockAccount } from '../account/account-store.ts';
import { forgetStrangersCredentials } from '../account/forget-strangers-credentials.ts';
import type { UserCall, UserContext } from '../context.ts';
import { passwordChanged } from '../mail/letters.ts';
import { deleteMailTokens, findMailToken, type MailTokenRow, spendMailToken } from '../mail/mail-token-store.ts';
import { isWeakPassword } from '../password/password-policy.ts';
import { endSessions, type Transaction } from '../session/end-sessions.ts';

const setPassword = async (
  context: UserContext,
  transaction: Transaction,
  { account, passwordHash }: { readonly account: AccountRow; readonly passwordHash: string },
): Promise<string[]> => {
  const { db, sql } = transaction;
  const strangers = account.emailVerified ? [] : await forgetStrangersCredentials(context, transaction, account);
  // who has the mail has the address
  const changed = await changeAccount(db, account.id, { passwordHash, emailVerified: true });
  if (!account.emailVerified) await publishUpdated(context, sql, changed);
  await deleteMailTokens(db, account.id, 'reset-password');
  await context.letters.enqueue(sql, passwordChanged(context, changed));
  const sessions = await endSessions(context, transaction, { accountId: account.id }, 'password-changed');
  return [...strangers, ...sessions];
};

const accountOfLink = async (context: UserContext, link: MailTokenRow | null): Promise<AccountRow> => {
  const account = link ? await findAccount(context.db, link.accountId) : null;
  if (!account || account.emailKey !== link?.emailKey) throw fail(userErrors.tokenExpired);
  return account;
};

export const confirmPasswordReset = async (
  context: UserContext,
  { body, signal, ipAddress }: UserCall<'confirmPasswordReset'>,
): Promise<void> => {
  const link = await findMailToken(context.db, body.token, 'reset-password', context.clock.now());
  const account = await accountOfLink(context, link);
  // before the link is spent, so that a better password can be given with the same one
  if (isWeakPassword(body.password, account)) throw fail(userErrors.passwordWeak);
  const passwordHash = await context.hashing.hash(body.password, signal);
  const ended = await context.transaction(async (db, sql) => {
    const current = link && (await spendMailToken(db, link)) ? await lockAccount(db, account.id) : null;
    if (!current) throw fail(userErrors.tokenExpired);
    return await setPassword(context, { db, sql }, { account: current, passwordHash });
  });
  await context.revocations.announce(ended);
  // whoever was kept waiting by others' guesses has shown to be the owner
  await context.guesses.forgive({ account: account.emailKey, ipAddress, known: false });
};
