import type { JobStatus } from '@authorworks/contracts';
import type { Sql } from '@authorworks/platform/postgres';

export interface RunError {
  readonly code: string;
  readonly message: string;
}

export interface RunRow {
  readonly id: string;
  readonly task: string;
  readonly cause: 'schedule' | 'operator' | 'event';
  readonly input: unknown;
  readonly status: JobStatus;
  readonly progress: number;
  readonly note: string | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly output: unknown;
  readonly error: RunError | null;
  readonly createdAt: Date;
  readonly runAt: Date;
  readonly finishedAt: Date | null;
}

export interface NewRun {
  readonly id: string;
  readonly task: string;
  /** A second run with the same key is not made. */
  readonly key: string | null;
  readonly cause: RunRow['cause'];
  readonly input: unknown;
  readonly maxAttempts: number;
  readonly createdBy: string | null;
}

const COLUMNS = `id, task, cause, input, status, progress, note, attempts, max_attempts AS "maxAttempts", output, error,
  created_at AS "createdAt", run_at AS "runAt", finished_at AS "finishedAt"`;

/** @returns false when there is a run with this key already. */
export const insertRun = async (sql: Sql, run: NewRun): Promise<boolean> => {
  const rows = await sql.query(
    `INSERT INTO run (id, task, key, cause, input, max_attempts, created_by)
     VALUES ($1::uuid, $2, $3, $4, $5::jsonb, $6, $7::uuid) ON CONFLICT (key) DO NOTHING RETURNING 1 AS one`,
    [run.id, run.task, run.key, run.cause, JSON.stringify(run.input), run.maxAttempts, run.createdBy],
  );
  return rows.length > 0;
};

export const findRun = async (sql: Sql, id: string): Promise<RunRow | undefined> =>
  (await sql.query<RunRow>(`SELECT ${COLUMNS} FROM run WHERE id = $1::uuid`, [id]))[0];

export interface RunFilter {
  readonly task: string | undefined;
  readonly status: JobStatus | undefined;
  /** Only runs that were made before this one. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export const listRunRows = async (sql: Sql, { task, status, before, limit }: RunFilter): Promise<RunRow[]> =>
  await sql.query(
    `SELECT ${COLUMNS} FROM run
     WHERE ($1::text IS NULL OR task = $1) AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR id < $3::uuid)
     ORDER BY id DESC LIMIT $4`,
    [task ?? null, status ?? null, before ?? null, limit],
  );

/** The newest run of each task. */
export const listLastRuns = async (sql: Sql): Promise<RunRow[]> =>
  await sql.query(`SELECT DISTINCT ON (task) ${COLUMNS} FROM run ORDER BY task, id DESC`);

export const hasOpenRun = async (sql: Sql, task: string, cause: RunRow['cause']): Promise<boolean> =>
  (
    await sql.query(
      `SELECT 1 AS one FROM run WHERE task = $1 AND cause = $2 AND status IN ('queued', 'running') LIMIT 1`,
      [task, cause],
    )
  ).length > 0;

/** Asks for the end of a run: at once where it only waits or is parked, else when its attempt has been stopped. */
export const wantCancel = async (sql: Sql, id: string): Promise<void> => {
  await sql.query(
    `UPDATE run SET cancel_wanted = true, status = CASE WHEN status = 'running' THEN status ELSE 'cancelled' END,
       finished_at = CASE WHEN status = 'running' THEN NULL ELSE coalesce(finished_at, now()) END
     WHERE id = $1::uuid AND status IN ('queued', 'running', 'failed')`,
    [id],
  );
};

/** Gives a run that is parked or cancelled all its tries again. @returns whether there was one. */
export const queueAgain = async (sql: Sql, id: string): Promise<boolean> =>
  (
    await sql.query(
      `UPDATE run SET status = 'queued', attempts = 0, progress = 0, note = NULL, error = NULL, finished_at = NULL,
         cancel_wanted = false, run_at = now()
       WHERE id = $1::uuid AND status IN ('failed', 'cancelled') RETURNING 1 AS one`,
      [id],
    )
  ).length > 0;

export interface RunProgress {
  readonly progress: number | undefined;
  readonly note: string | undefined;
  readonly checkpoint: unknown;
}

/** What an attempt tells of itself; fields that are undefined stay as they are. */
export const saveProgress = async (sql: Sql, id: string, told: RunProgress): Promise<void> => {
  await sql.query(
    `UPDATE run SET progress = coalesce($2, progress), note = coalesce($3, note), checkpoint = coalesce($4::jsonb, checkpoint)
     WHERE id = $1::uuid AND status = 'running'`,
    [
      id,
      told.progress ?? null,
      told.note ?? null,
      told.checkpoint === undefined ? null : JSON.stringify(told.checkpoint),
    ],
  );
};

/** What becomes of a run after an attempt has ended. */
export interface Verdict {
  readonly attempt: 'succeeded' | 'failed' | 'interrupted' | 'cancelled';
  readonly run: 'queued' | 'succeeded' | 'failed' | 'cancelled';
  /** Whether it was one of its tries. */
  readonly counts: boolean;
  /** Before it is tried again. */
  readonly delaySeconds: number;
  readonly error: RunError | null;
  readonly output: unknown;
  readonly note: string | null;
}

/** Writes down the end of an attempt, and what becomes of its run; once, whoever says it how often. */
export const settle = async (
  sql: Sql,
  attempt: { readonly runId: string; readonly number: number },
  verdict: Verdict,
): Promise<boolean> => {
  const rows = await sql.query(
    `WITH ended AS (
       UPDATE attempt SET status = $3, note = $4, ended_at = now()
       WHERE run_id = $1::uuid AND number = $2 AND ended_at IS NULL RETURNING run_id)
     UPDATE run SET status = $5, attempts = attempts + $6, run_at = now() + make_interval(secs => $7), error = $8::jsonb,
       output = $9::jsonb, progress = CASE WHEN $5 = 'succeeded' THEN 100 ELSE progress END,
       checkpoint = CASE WHEN $5 = 'succeeded' THEN NULL ELSE checkpoint END,
       finished_at = CASE WHEN $5 = 'queued' THEN NULL ELSE now() END
     FROM ended WHERE run.id = ended.run_id AND run.status = 'running' RETURNING 1 AS one`,
    [
      attempt.runId,
      attempt.number,
      verdict.attempt,
      verdict.note,
      verdict.run,
      verdict.counts ? 1 : 0,
      verdict.delaySeconds,
      verdict.error === null ? null : JSON.stringify(verdict.error),
      verdict.output === null || verdict.output === undefined ? null : JSON.stringify(verdict.output),
    ],
  );
  return rows.length > 0;
};

export const sweepRuns = async (sql: Sql): Promise<void> => {
  await sql.query(`DELETE FROM run WHERE finished_at < now() - interval '90 days'`);
};
