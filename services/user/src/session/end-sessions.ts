import { type EventData, userEvents } from '@authorworks/contracts';
import type { Sql } from '@authorworks/platform/postgres';
import type { Db, UserContext } from '../context.ts';
import { markEnded, type SessionChoice } from './session-store.ts';

/** Why a session ended before its time. */
export type EndReason = EventData<typeof userEvents.sessionRevoked>['reason'];

/** One transaction, for rows and for events. */
export interface Transaction {
  readonly db: Db;
  readonly sql: Sql;
}

const publish = async (
  { bus, revocations }: UserContext,
  { db, sql }: Transaction,
  ended: { readonly accountId: string; readonly ids: readonly string[]; readonly reason: EndReason },
): Promise<void> => {
  await revocations.record(db, ended.ids);
  for (const id of ended.ids)
    await bus.publish(sql, userEvents.sessionRevoked, {
      accountId: ended.accountId,
      sessionId: id,
      reason: ended.reason,
    });
};

/**
 * Ends sessions: refresh tokens are not taken any more, and everybody is told that access tokens must not be either.
 * @returns the sessions that ended, for `revocations.announce` once the transaction is committed.
 */
export const endSessions = async (
  context: UserContext,
  transaction: Transaction,
  choice: SessionChoice,
  reason: EndReason,
): Promise<string[]> => {
  const ids = await markEnded(transaction.db, choice, reason, context.clock.now());
  await publish(context, transaction, { accountId: choice.accountId, ids, reason });
  return ids;
};

/** The same for access tokens that were made for personal API tokens: these name the API token as their session. */
export const revokeApiTokens = async (
  context: UserContext,
  transaction: Transaction,
  tokens: { readonly accountId: string; readonly ids: readonly string[] },
  reason: EndReason,
): Promise<void> => await publish(context, transaction, { ...tokens, reason });
