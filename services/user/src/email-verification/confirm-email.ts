import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { publishUpdated } from '../account/account-events.ts';
import { changeAccount, lockAccount } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { deleteMailTokens, findMailToken, spendMailToken } from '../mail/mail-token-store.ts';

export const confirmEmail = async (context: UserContext, { body }: UserCall<'confirmEmail'>): Promise<void> => {
  await context.transaction(async (db, sql) => {
    const link = await findMailToken(db, body.token, 'verify-email', context.clock.now());
    const account = link && (await spendMailToken(db, link)) ? await lockAccount(db, link.accountId) : null;
    if (!account || account.emailKey !== link?.emailKey) throw fail(userErrors.tokenExpired);
    await deleteMailTokens(db, account.id, 'verify-email');
    if (account.emailVerified) return;
    await publishUpdated(context, sql, await changeAccount(db, account.id, { emailVerified: true }));
  });
};
