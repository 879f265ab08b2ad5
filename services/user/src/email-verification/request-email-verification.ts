import type { AccountRow } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { requestVerificationMail } from '../mail/mail-jobs.ts';

export const requestEmailVerification = async (
  context: UserContext,
  _call: UserCall<'requestEmailVerification'>,
  account: AccountRow,
): Promise<void> => {
  if (account.emailVerified) return;
  await requestVerificationMail(context, context.postgres.sql, account.id);
};
