import type { Sql } from '@authorworks/platform/postgres';
import type { Sighting } from '../runner/task-runner.ts';

export interface AttemptRow {
  readonly number: number;
  readonly status: 'starting' | 'running' | 'succeeded' | 'failed' | 'interrupted' | 'cancelled';
  readonly node: string | null;
  readonly note: string | null;
  readonly logTruncated: boolean;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** An attempt that is under way, with all of its run that is needed to go on with it. */
export interface OpenAttempt {
  readonly runId: string;
  readonly number: number;
  readonly status: 'starting' | 'running';
  readonly node: string | null;
  readonly note: string | null;
  readonly logMark: string | null;
  readonly task: string;
  readonly input: unknown;
  readonly checkpoint: unknown;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly cancelWanted: boolean;
}

const OPEN = `a.run_id AS "runId", a.number, a.status, a.node, a.note, a.log_mark AS "logMark",
  r.task, r.input, r.checkpoint, r.attempts, r.max_attempts AS "maxAttempts", r.cancel_wanted AS "cancelWanted"`;

export const listOpenAttempts = async (sql: Sql): Promise<OpenAttempt[]> =>
  await sql.query(
    `SELECT ${OPEN} FROM attempt a JOIN run r ON r.id = a.run_id WHERE a.ended_at IS NULL ORDER BY a.started_at, a.run_id`,
  );

/**
 * Takes runs that are due and gives each an attempt, in one step: whoever dies after that leaves an attempt that can be
 * found. Of one task there is one run at a time.
 */
export const openAttempts = async (sql: Sql, limit: number): Promise<OpenAttempt[]> =>
  await sql.query(
    `WITH due AS (
       SELECT DISTINCT ON (task) id, run_at FROM run d
       WHERE status = 'queued' AND run_at <= now() AND NOT cancel_wanted
         AND NOT EXISTS (SELECT 1 FROM run o WHERE o.task = d.task AND o.status = 'running')
       ORDER BY task, run_at, id),
     picked AS (SELECT id FROM run WHERE id IN (SELECT id FROM due ORDER BY run_at LIMIT $1) AND status = 'queued' FOR UPDATE SKIP LOCKED),
     r AS (
       UPDATE run SET status = 'running', starts = starts + 1, progress = 0, note = NULL, error = NULL
       WHERE id IN (SELECT id FROM picked) RETURNING *),
     a AS (INSERT INTO attempt (run_id, number) SELECT id, starts FROM r RETURNING *)
     SELECT ${OPEN} FROM a JOIN r ON r.id = a.run_id`,
    [limit],
  );

export const listAttempts = async (sql: Sql, runId: string): Promise<AttemptRow[]> =>
  await sql.query(
    `SELECT number, status, node, note, log_truncated AS "logTruncated", started_at AS "startedAt", ended_at AS "endedAt"
     FROM attempt WHERE run_id = $1::uuid ORDER BY number`,
    [runId],
  );

/** Writes down how an attempt that is under way was seen. */
export const noteSighting = async (
  sql: Sql,
  { runId, number }: Pick<OpenAttempt, 'runId' | 'number'>,
  { node, note }: Pick<Sighting, 'node' | 'note'>,
): Promise<void> => {
  await sql.query(
    `UPDATE attempt SET status = 'running', node = $3, note = $4 WHERE run_id = $1::uuid AND number = $2 AND ended_at IS NULL`,
    [runId, number, node, note],
  );
};
