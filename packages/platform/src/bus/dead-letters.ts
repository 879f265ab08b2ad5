import type { EventEnvelope } from '@authorworks/contracts';
import type { Sql } from '../postgres/index.ts';

/** An event that a listener could not handle after all tries. Kept until it is replayed. */
export interface DeadLetter {
  readonly eventId: string;
  readonly listener: string;
  readonly type: string;
  readonly error: string;
  readonly attempts: number;
  readonly parkedAt: Date;
}

const MAX_ERROR_LENGTH = 2_000;
const MAX_LISTED = 200;

export const parkDeadLetter = async (
  sql: Sql,
  listener: string,
  envelope: EventEnvelope,
  failure: { readonly error: string; readonly attempts: number },
): Promise<void> => {
  await sql.query(
    `INSERT INTO dead_letter (event_id, listener, envelope, error, attempts) VALUES ($1::uuid, $2, $3::jsonb, $4, $5)
     ON CONFLICT (event_id, listener) DO UPDATE SET error = excluded.error, attempts = excluded.attempts, parked_at = now()`,
    [envelope.meta.id, listener, JSON.stringify(envelope), failure.error.slice(0, MAX_ERROR_LENGTH), failure.attempts],
  );
};

/** The oldest ones, at most 200. */
export const listDeadLetters = async (sql: Sql): Promise<DeadLetter[]> => {
  const rows = await sql.query<{
    event_id: string;
    listener: string;
    type: string;
    error: string;
    attempts: number;
    parked_at: Date;
  }>(
    `SELECT event_id, listener, envelope->'meta'->>'type' AS type, error, attempts, parked_at FROM dead_letter ORDER BY parked_at LIMIT $1`,
    [MAX_LISTED],
  );
  return rows.map((row) => ({
    eventId: row.event_id,
    listener: row.listener,
    type: row.type,
    error: row.error,
    attempts: row.attempts,
    parkedAt: row.parked_at,
  }));
};

/** Events that could not be handled, and events that were not published yet. */
export const countEvents = async (sql: Sql): Promise<{ deadLetters: number; unpublished: number }> => {
  const [row] = await sql.query<{ deadLetters: number; unpublished: number }>(
    `SELECT (SELECT count(*) FROM dead_letter)::int AS "deadLetters", (SELECT count(*) FROM outbox WHERE published_at IS NULL)::int AS unpublished`,
  );
  return row ?? { deadLetters: 0, unpublished: 0 };
};

/** @returns whether there was such an event. */
export const replayDeadLetter = async (
  sql: Sql,
  eventId: string,
  listener: string,
  deliver: (envelope: EventEnvelope) => Promise<void>,
): Promise<boolean> => {
  const [row] = await sql.query<{ envelope: EventEnvelope }>(
    'SELECT envelope FROM dead_letter WHERE event_id = $1::uuid AND listener = $2',
    [eventId, listener],
  );
  if (!row) return false;
  await deliver(row.envelope);
  await sql.query('DELETE FROM dead_letter WHERE event_id = $1::uuid AND listener = $2', [eventId, listener]);
  return true;
};
