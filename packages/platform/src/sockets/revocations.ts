import { type SessionId, userEvents } from '@authorworks/contracts';
import type { Bus } from '../bus/index.ts';
import { Loop } from '../loop.ts';
import type { Postgres } from '../postgres/index.ts';
import type { Base } from '../service.ts';

/** Sessions that ended before their access tokens did. Those are not taken any more, on any replica. */
export interface Revocations {
  readonly isRevoked: (sessionId: SessionId) => boolean;
  /** Told of each session once, on every replica. */
  readonly onRevoked: (tell: (sessionId: SessionId) => void) => void;
}

/** Longer than any access token lives (15 minutes), in milliseconds. */
const KEPT_MS = 30 * 60_000;
/** A safety net for missed notifications; must stay below the promised two seconds. */
const LOOK_MS = 1_000;
/** Rows of transactions that committed out of order may lie this far behind the newest one. */
const OVERLAP = 200;

/**
 * Listens for `user.session.revoked`. One replica hears each event; it writes a row, and PostgreSQL tells the others. The
 * row also outlives a restart, so that a token that is still young cannot come back.
 */
export const openRevocations = (base: Base, postgres: Postgres, bus: Bus): Revocations => {
  const revoked = new Map<SessionId, number>();
  const tellers: ((sessionId: SessionId) => void)[] = [];
  let newest = 0;
  bus.listen(userEvents.sessionRevoked, 'remember-revoked-session', async ({ sessionId }) => {
    await postgres.sql.query(
      'INSERT INTO revoked_session (session_id) VALUES ($1::uuid) ON CONFLICT (session_id) DO NOTHING',
      [sessionId],
    );
  });
  const look = async (): Promise<void> => {
    const rows = await postgres.sql.query<{ session_id: SessionId; seq: string }>(
      `SELECT session_id, seq FROM revoked_session WHERE seq > $1 AND revoked_at > now() - $2 * interval '1 millisecond'`,
      [newest - OVERLAP, KEPT_MS],
    );
    for (const { session_id: sessionId, seq } of rows) {
      newest = Math.max(newest, Number(seq));
      if (revoked.has(sessionId)) continue;
      revoked.set(sessionId, base.clock.monotonicMs());
      for (const tell of tellers) tell(sessionId);
    }
  };
  const sweep = async (): Promise<void> => {
    const old = base.clock.monotonicMs() - KEPT_MS;
    for (const [sessionId, at] of revoked) if (at < old) revoked.delete(sessionId);
    await postgres.sql.query(`DELETE FROM revoked_session WHERE revoked_at < now() - $1 * interval '1 millisecond'`, [
      KEPT_MS,
    ]);
  };
  const looking = new Loop('revoked sessions', LOOK_MS, base.log, look);
  const sweeping = new Loop('old revocations', KEPT_MS, base.log, sweep);
  postgres.notifications.on(`${postgres.schema}_revoked_session`, () => looking.wake());
  looking.start();
  sweeping.start();
  base.onClose('revocations', async () => {
    await looking.close();
    await sweeping.close();
  });
  return { isRevoked: (sessionId) => revoked.has(sessionId), onRevoked: (tell) => void tellers.push(tell) };
};
