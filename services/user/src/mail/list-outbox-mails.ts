import { platformErrors, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { UserCall, UserContext } from '../context.ts';
import { cursorId } from '../page.ts';
import { accountOf, requireOperator } from '../session/signed-in.ts';

export const listOutboxMails = async (context: UserContext, { auth, query }: UserCall<'listOutboxMails'>) => {
  const { outbox } = context.mail;
  if (!outbox) throw fail(userErrors.outboxOff);
  if (context.config.outboxAccess === 'operator') {
    if (auth.kind !== 'account') throw fail(platformErrors.signInRequired);
    requireOperator(await accountOf(context, auth));
  }
  const { mails, nextCursor } = await outbox.list({ cursor: cursorId(query.cursor), limit: query.limit });
  return { data: mails, pagination: { nextCursor } };
};
