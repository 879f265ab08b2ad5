import type { JobCounts, JobStatus } from '@authorworks/contracts';
import type { Sql } from '../postgres/index.ts';

/** A job as its service sees it. */
export interface JobRecord {
  readonly id: string;
  readonly type: string;
  readonly status: JobStatus;
  /** 0 to 100. */
  readonly progress: number;
  readonly attempts: number;
  readonly output: unknown;
  /** Set once failed: a code of the error catalogue and a sentence for people. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** A job as an operator sees it. */
export interface ListedJob extends Omit<JobRecord, 'output'> {
  readonly maxAttempts: number;
  /** When it is due. */
  readonly runAt: Date;
}

/** Which jobs of a queue are wanted. */
export interface JobFilter {
  readonly status?: JobStatus | undefined;
  readonly type?: string | undefined;
  /** Only jobs that were made before this one. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A job that this process works on now. */
export interface ClaimedJob {
  readonly id: string;
  readonly type: string;
  readonly input: unknown;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly checkpoint: unknown;
  readonly context: { readonly requestId?: string; readonly trace?: Record<string, string> };
}

/** A job and the lease under which one worker has it. */
export interface HeldJob {
  readonly id: string;
  readonly lease: string;
}

/** Lease of a running job; a worker that does not renew it in time is taken for dead. */
export const LEASE_SECONDS = 30;

interface JobRow {
  id: string;
  type: string;
  status: JobStatus;
  progress: number;
  attempts: number;
  output: unknown;
  error: JobRecord['error'];
  created_at: Date;
  finished_at: Date | null;
}

export const insertJob = async (
  sql: Sql,
  job: { id: string; type: string; input: unknown; maxAttempts: number; context: unknown },
): Promise<void> => {
  await sql.query(
    'INSERT INTO job (id, type, input, max_attempts, context) VALUES ($1::uuid, $2, $3::jsonb, $4, $5::jsonb)',
    [job.id, job.type, JSON.stringify(job.input), job.maxAttempts, JSON.stringify(job.context)],
  );
};

export const readJobs = async (sql: Sql, ids: readonly string[]): Promise<JobRecord[]> => {
  const rows = await sql.query<JobRow>(
    'SELECT id, type, status, progress, attempts, output, error, created_at, finished_at FROM job WHERE id = ANY($1::uuid[])',
    [ids],
  );
  return rows.map(({ created_at, finished_at, ...row }) => ({
    ...row,
    createdAt: created_at,
    finishedAt: finished_at,
  }));
};

/** Newest first. */
export const listJobs = async (sql: Sql, { status, type, before, limit }: JobFilter): Promise<ListedJob[]> =>
  await sql.query(
    `SELECT id, type, status, progress, attempts, max_attempts AS "maxAttempts", error, created_at AS "createdAt", run_at AS "runAt", finished_at AS "finishedAt"
     FROM job WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR type = $2) AND ($3::uuid IS NULL OR id < $3::uuid)
     ORDER BY id DESC LIMIT $4`,
    [status ?? null, type ?? null, before ?? null, limit],
  );

/** What is to be done and what was done in the last day, by type; types without any are left out. */
export const countJobs = async (sql: Sql): Promise<JobCounts[]> =>
  await sql.query(
    `SELECT type, count(*) FILTER (WHERE status = 'queued')::int AS queued, count(*) FILTER (WHERE status = 'running')::int AS running,
       count(*) FILTER (WHERE status = 'failed')::int AS failed, count(*) FILTER (WHERE status = 'succeeded')::int AS succeeded,
       (extract(epoch FROM now() - min(run_at) FILTER (WHERE status = 'queued' AND run_at <= now())))::float AS "oldestWaitingSeconds"
     FROM job WHERE status IN ('queued', 'running', 'failed') OR finished_at > now() - interval '24 hours'
     GROUP BY type ORDER BY type`,
  );

/** A job that workers should be told of. */
export interface DispatchableJob {
  readonly id: string;
  readonly type: string;
  readonly attempts: number;
  /** They were told of it before, and nobody has begun it. */
  readonly again: boolean;
}

/** Jobs that workers should be told of: due, and not told of in the last half minute. */
export const takeDispatchable = async (sql: Sql, limit: number): Promise<DispatchableJob[]> =>
  await sql.query(
    `WITH due AS (
       SELECT id, dispatched_at IS NOT NULL AS again FROM job
       WHERE status = 'queued' AND run_at <= now() AND (dispatched_at IS NULL OR dispatched_at < now() - interval '${LEASE_SECONDS} seconds')
       ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     UPDATE job SET dispatched_at = now() FROM due WHERE job.id = due.id RETURNING job.id, job.type, job.attempts, due.again`,
    [limit],
  );

/** Makes one worker the only one to run a job; undefined when there is nothing to do (any more). */
export const claimJob = async (sql: Sql, id: string, lease: string): Promise<ClaimedJob | undefined> => {
  const [row] = await sql.query<ClaimedJob>(
    `UPDATE job SET status = 'running', lease = $2::uuid, lease_until = now() + interval '${LEASE_SECONDS} seconds', attempts = attempts + 1
     WHERE id = $1::uuid AND status = 'queued' AND run_at <= now()
     RETURNING id, type, input, attempts, max_attempts, checkpoint, context`,
    [id, lease],
  );
  return row;
};

/** @returns undefined when the lease was lost: another worker has the job, and this one must stop. */
export const renewLease = async (sql: Sql, { id, lease }: HeldJob): Promise<{ cancelWanted: boolean } | undefined> => {
  const [row] = await sql.query<{ cancel_wanted: boolean }>(
    `UPDATE job SET lease_until = now() + interval '${LEASE_SECONDS} seconds' WHERE id = $1::uuid AND lease = $2::uuid AND status = 'running' RETURNING cancel_wanted`,
    [id, lease],
  );
  return row ? { cancelWanted: row.cancel_wanted } : undefined;
};

export const saveProgress = async (sql: Sql, { id, lease }: HeldJob, progress: number): Promise<void> => {
  await sql.query(`UPDATE job SET progress = $3 WHERE id = $1::uuid AND lease = $2::uuid AND status = 'running'`, [
    id,
    lease,
    progress,
  ]);
};

export const saveCheckpoint = async (sql: Sql, { id, lease }: HeldJob, checkpoint: unknown): Promise<void> => {
  await sql.query(
    `UPDATE job SET checkpoint = $3::jsonb WHERE id = $1::uuid AND lease = $2::uuid AND status = 'running'`,
    [id, lease, JSON.stringify(checkpoint)],
  );
};

export const succeedJob = async (sql: Sql, { id, lease }: HeldJob, output: unknown): Promise<boolean> => {
  const rows = await sql.query(
    `UPDATE job SET status = 'succeeded', progress = 100, output = $3::jsonb, error = NULL, finished_at = now(), lease = NULL, lease_until = NULL
     WHERE id = $1::uuid AND lease = $2::uuid AND status = 'running' RETURNING 1 AS one`,
    [id, lease, JSON.stringify(output ?? null)],
  );
  return rows.length > 0;
};

export const endJob = async (
  sql: Sql,
  held: HeldJob,
  status: 'failed' | 'cancelled',
  error: JobRecord['error'],
): Promise<void> => {
  await sql.query(
    `UPDATE job SET status = $3, error = $4::jsonb, finished_at = now(), lease = NULL, lease_until = NULL WHERE id = $1::uuid AND lease = $2::uuid AND status = 'running'`,
    [held.id, held.lease, status, error === null ? null : JSON.stringify(error)],
  );
};

/** Puts a job back, to be tried again after `delaySeconds`. */
export const retryLater = async (sql: Sql, { id, lease }: HeldJob, delaySeconds: number): Promise<void> => {
  await sql.query(
    `UPDATE job SET status = 'queued', run_at = now() + make_interval(secs => $3), dispatched_at = NULL, lease = NULL, lease_until = NULL
     WHERE id = $1::uuid AND lease = $2::uuid AND status = 'running'`,
    [id, lease, delaySeconds],
  );
};

/** Jobs whose worker died: tried again, or parked when they have had all their tries. */
export const recoverOrphans = async (sql: Sql, error: JobRecord['error']): Promise<number> => {
  const rows = await sql.query(
    `UPDATE job SET status = CASE WHEN cancel_wanted THEN 'cancelled' WHEN attempts >= max_attempts THEN 'failed' ELSE 'queued' END,
       error = CASE WHEN NOT cancel_wanted AND attempts >= max_attempts THEN $1::jsonb ELSE error END,
       finished_at = CASE WHEN cancel_wanted OR attempts >= max_attempts THEN now() END,
       run_at = now(), dispatched_at = NULL, lease = NULL, lease_until = NULL
     WHERE status = 'running' AND lease_until < now() RETURNING 1 AS one`,
    [JSON.stringify(error)],
  );
  return rows.length;
};

/** A queued job is cancelled at once; a running one when its worker notices. */
export const cancelJob = async (sql: Sql, id: string): Promise<void> => {
  await sql.query(
    `UPDATE job SET cancel_wanted = true, status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END,
       finished_at = CASE WHEN status = 'queued' THEN now() ELSE finished_at END
     WHERE id = $1::uuid AND status IN ('queued', 'running')`,
    [id],
  );
};

/** Gives a parked job all its tries again. */
export const retryFailedJob = async (sql: Sql, id: string): Promise<boolean> => {
  const rows = await sql.query(
    `UPDATE job SET status = 'queued', attempts = 0, progress = 0, error = NULL, finished_at = NULL, cancel_wanted = false, run_at = now(), dispatched_at = NULL
     WHERE id = $1::uuid AND status IN ('failed', 'cancelled') RETURNING 1 AS one`,
    [id],
  );
  return rows.length > 0;
};

/** Redis came back, maybe empty: tell workers of every queued job again. */
export const forgetDispatches = async (sql: Sql): Promise<void> => {
  await sql.query(`UPDATE job SET dispatched_at = NULL WHERE status = 'queued'`);
};

export const sweepJobs = async (sql: Sql): Promise<void> => {
  await sql.query(`DELETE FROM job WHERE finished_at < now() - interval '30 days'`);
};
