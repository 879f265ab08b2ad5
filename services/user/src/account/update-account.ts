import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { UserCall, UserContext } from '../context.ts';
import { publishUpdated } from './account-events.ts';
import { type AccountRow, changeAccount, mergePreferences } from './account-store.ts';
import { accountView } from './account-view.ts';

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const checkTimeZone = (timeZone: string | undefined): void => {
  if (timeZone === undefined || isTimeZone(timeZone)) return;
  const problem = { path: 'body.preferences.timeZone', message: 'must be a time zone such as "Europe/Vienna"' };
  throw fail(platformErrors.invalidRequest, {
    message: `The request is not valid: ${problem.path} ${problem.message}`,
    fields: [problem],
  });
};

export const updateAccount = async (context: UserContext, { body }: UserCall<'updateAccount'>, account: AccountRow) => {
  const { name, bio, preferences } = body;
  checkTimeZone(preferences?.timeZone);
  const updated = await context.transaction(async (db, sql) => {
    if (preferences) await mergePreferences(db, account.id, preferences);
    const changed = await changeAccount(db, account.id, {
      ...(name === undefined ? {} : { name }),
      ...(bio === undefined ? {} : { bio }),
    });
    if (changed.name !== account.name) await publishUpdated(context, sql, changed);
    return changed;
  });
  return accountView(updated);
};
