import type { UserCall, UserContext } from '../context.ts';
import { requestPasswordResetMail } from '../mail/mail-jobs.ts';

/** Whether there is such an account is found out later, by the job: here the same is done for every address. */
export const requestPasswordReset = async (
  context: UserContext,
  { body }: UserCall<'requestPasswordReset'>,
): Promise<void> => await requestPasswordResetMail(context, context.postgres.sql, body.email);
