import { AccountId, defineJob, Email } from '@authorworks/contracts';
import { MAIL_ATTEMPTS, MAIL_CONCURRENCY, MAIL_TIMEOUT_MS } from '@authorworks/platform/mail';
import type { Sql } from '@authorworks/platform/postgres';
import { z } from 'zod';
import { type AccountRow, findAccount, findAccountByEmail } from '../account/account-store.ts';
import type { UserContext } from '../context.ts';
import { newSecret } from '../secret-token.ts';
import { passwordResetLetter, verificationLetter } from './letters.ts';
import { countMailTokens, deleteMailToken, insertMailToken, type MailPurpose } from './mail-token-store.ts';

const patience = { attempts: MAIL_ATTEMPTS, timeoutMs: MAIL_TIMEOUT_MS };

/**
 * Mails that carry a token are jobs of their own: the token is made when the mail is sent, so that no row but its hash
 * holds it. The reset names an address and not an account, so that asking for one does the same work for all addresses.
 */
const sendVerification = defineJob({
  type: 'user.send-verification',
  summary: 'Sends the link that confirms an e-mail address.',
  input: z.object({ accountId: AccountId }),
  output: z.object({}),
  ...patience,
});
const sendPasswordReset = defineJob({
  type: 'user.send-password-reset',
  summary: 'Sends the link that sets a new password, if there is an account with this address.',
  input: z.object({ email: Email }),
  output: z.object({}),
  ...patience,
});

/** In the transaction that wants it. */
export const requestVerificationMail = async ({ queue }: UserContext, sql: Sql, accountId: string): Promise<void> => {
  await queue.enqueue(sql, sendVerification, { accountId: AccountId.parse(accountId) });
};

export const requestPasswordResetMail = async ({ queue }: UserContext, sql: Sql, email: string): Promise<void> => {
  await queue.enqueue(sql, sendPasswordReset, { email });
};

/** Nobody's mailbox is filled by somebody who presses a button: so many links of one kind in a quarter of an hour. */
const MAX_MAILS = 3;
const WINDOW_MS = 15 * 60_000;

interface LinkJob {
  readonly id: string;
  readonly attempt: number;
  readonly purpose: MailPurpose;
}

const sendLink = async (context: UserContext, account: AccountRow, job: LinkJob): Promise<void> => {
  const { clock, db, mail } = context;
  const { id, attempt, purpose } = job;
  const now = clock.now();
  const since = new Date(now.getTime() - WINDOW_MS);
  // a mail whose first attempt was admitted is not given up for what that attempt left behind
  if (attempt === 1 && (await countMailTokens(db, account.id, purpose, since)) >= MAX_MAILS) return;
  const token = newSecret();
  await insertMailToken(db, { token, purpose, accountId: account.id, emailKey: account.emailKey }, now);
  try {
    const letter = purpose === 'verify-email' ? verificationLetter : passwordResetLetter;
    await mail.send(letter(context, account, token), { id });
  } catch (error) {
    await deleteMailToken(db, token);
    throw error;
  }
};

/** Registers the workers of these jobs. */
export const workOnMailJobs = (context: UserContext): void => {
  const { db, queue } = context;
  queue.work(sendVerification, MAIL_CONCURRENCY, async ({ id, attempt, input }) => {
    const account = await findAccount(db, input.accountId);
    if (account && !account.emailVerified) await sendLink(context, account, { id, attempt, purpose: 'verify-email' });
    return {};
  });
  queue.work(sendPasswordReset, MAIL_CONCURRENCY, async ({ id, attempt, input }) => {
    const account = await findAccountByEmail(db, input.email);
    if (account) await sendLink(context, account, { id, attempt, purpose: 'reset-password' });
    return {};
  });
};
