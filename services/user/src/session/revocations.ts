import { type Base, Loop } from '@authorworks/platform';
import type { Postgres } from '@authorworks/platform/postgres';
import type { RedisConnections } from '@authorworks/platform/redis';
import type { Db } from '../context.ts';
import type { UserConfig } from '../config.ts';

/**
 * Sessions whose access tokens must not be taken any more, told to everybody who reads Redis: the key
 * `user:revoked:<sessionId>` exists until the last of these tokens has expired. The rows in PostgreSQL are the truth; the
 * keys are written again when the service starts, when Redis comes back, and when Redis has lost them.
 */
export interface Revocations {
  /** Part of the transaction that ends the sessions. */
  readonly record: (db: Db, sessionIds: readonly string[]) => Promise<void>;
  /** After it: tells Redis now. Never throws; what could not be told is told as soon as it can be. */
  readonly announce: (sessionIds: readonly string[]) => Promise<void>;
  readonly start: () => void;
}

/** For clocks that differ, and tokens signed while the session ended. */
const SLACK_MS = 60_000;
const LOOK_MS = 2_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const MARKER = 'user:revoked-marker';

const keyOf = (sessionId: string): string => `user:revoked:${sessionId}`;

export const openRevocations = (
  base: Base<UserConfig>,
  postgres: Postgres,
  { commands }: RedisConnections,
): Revocations => {
  const lifeMs = base.config.accessTokenMinutes * 60_000 + SLACK_MS;
  let complete = false;
  let sweptAt = Number.NEGATIVE_INFINITY;

  const write = async (rows: readonly { sessionId: string; lastsMs: number }[]): Promise<void> => {
    if (rows.length === 0) return;
    const pipeline = commands.pipeline();
    for (const { sessionId, lastsMs } of rows) pipeline.set(keyOf(sessionId), '1', 'PX', Math.max(1_000, lastsMs));
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  };

  const writeAll = async (): Promise<void> => {
    const now = base.clock.now();
    const rows = await postgres.sql.query<{ sessionId: string; until: Date }>(
      'SELECT session_id AS "sessionId", until FROM revocation WHERE until > $1',
      [now],
    );
    await write(rows.map(({ sessionId, until }) => ({ sessionId, lastsMs: until.getTime() - now.getTime() })));
  };

  const sweep = async (): Promise<void> => {
    const at = base.clock.monotonicMs();
    if (at - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = at;
    await postgres.sql.query('DELETE FROM revocation WHERE until < $1', [base.clock.now()]);
  };

  const loop = new Loop('revocations', LOOK_MS, base.log, async () => {
    // a marker that is gone tells that Redis lost its data while we were connected
    const lost = (await commands.exists(MARKER)) === 0;
    if (lost || !complete) {
      complete = true;
      try {
        await writeAll();
        await commands.set(MARKER, '1');
      } catch (error) {
        complete = false;
        throw error;
      }
    }
    await sweep();
  });
  base.onClose('revocations', async () => await loop.close());

  return {
    record: async (db, sessionIds) => {
      const until = new Date(base.clock.now().getTime() + lifeMs);
      await db.revocation.createMany({
        data: sessionIds.map((sessionId) => ({ sessionId, until })),
        skipDuplicates: true,
      });
    },
    announce: async (sessionIds) => {
      try {
        if (commands.status !== 'ready') throw new Error('Redis is away');
        await write(sessionIds.map((sessionId) => ({ sessionId, lastsMs: lifeMs })));
      } catch (error) {
        complete = false;
        base.log.debug({ err: error }, 'revoked sessions will be told to Redis when it is back');
      }
    },
    start: () => {
      commands.on('ready', () => {
        complete = false;
        loop.wake();
      });
      loop.start();
    },
  };
};
