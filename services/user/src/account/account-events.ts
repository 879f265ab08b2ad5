import { userEvents } from '@authorworks/contracts';
import type { Sql } from '@authorworks/platform/postgres';
import type { UserContext } from '../context.ts';
import type { AccountRow } from './account-store.ts';

const factsOf = ({ id, email, emailVerified, name }: AccountRow) => ({
  accountId: id,
  email,
  emailVerified,
  name,
});

export const publishCreated = async ({ bus }: UserContext, sql: Sql, account: AccountRow): Promise<void> => {
  await bus.publish(sql, userEvents.accountCreated, factsOf(account));
};

export const publishUpdated = async ({ bus }: UserContext, sql: Sql, account: AccountRow): Promise<void> => {
  await bus.publish(sql, userEvents.accountUpdated, factsOf(account));
};
