import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { UserCall, UserContext } from '../context.ts';
import { passwordChanged } from '../mail/letters.ts';
import { isWeakPassword } from '../password/password-policy.ts';
import { endSessions } from '../session/end-sessions.ts';
import { type AccountRow, changeAccount, lockAccount } from './account-store.ts';

/** A stolen session must not be a way to guess the password, so guesses count as they do at sign-in. */
const checkCurrent = async (
  { guesses, hashing }: UserContext,
  { body, ipAddress, signal }: UserCall<'changePassword'>,
  account: AccountRow,
): Promise<void> => {
  if (account.passwordHash === null) return;
  const guess = { account: account.emailKey, ipAddress, known: true };
  await guesses.admit(guess);
  if (!(await hashing.verify(account.passwordHash, body.currentPassword ?? '', signal)))
    throw fail(userErrors.credentialsWrong, { message: 'The current password is not right.' });
  await guesses.forgive(guess);
};

export const changePassword = async (
  context: UserContext,
  call: UserCall<'changePassword'>,
  account: AccountRow,
): Promise<void> => {
  const { newPassword } = call.body;
  await checkCurrent(context, call, account);
  if (isWeakPassword(newPassword, account)) throw fail(userErrors.passwordWeak);
  const passwordHash = await context.hashing.hash(newPassword, call.signal);
  const ended = await context.transaction(async (db, sql) => {
    const now = await lockAccount(db, account.id);
    // two changes at once: the second was allowed by a password that is not the current one any more
    if (now?.passwordHash !== account.passwordHash) throw fail(userErrors.credentialsWrong);
    await changeAccount(db, account.id, { passwordHash });
    await context.letters.enqueue(sql, passwordChanged(context, account));
    const others = { accountId: account.id, except: call.auth.sessionId };
    return await endSessions(context, { db, sql }, others, 'password-changed');
  });
  await context.revocations.announce(ended);
};
