import type { JobStatus } from '@authorworks/contracts';
import type { JobRecord } from '@authorworks/platform/queue';

/** How far a row with a job has come. */
export interface JobState {
  readonly status: JobStatus;
  readonly progress: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/**
 * The state of long work: what its row knows is final; while the row is open, the job tells.
 * @param job undefined when the queue has none (any more).
 */
export const viewJob = (
  row: { readonly status: string; readonly error: unknown },
  job: JobRecord | undefined,
): JobState => {
  if (row.status !== 'open') {
    const error = row.error as JobState['error'];
    return { status: row.status as JobStatus, progress: row.status === 'succeeded' ? 100 : 0, error };
  }
  if (!job) return { status: 'failed', progress: 0, error: null };
  // it ended after the row was read: what it made is in the row of the next look, and success without it would mislead
  if (job.status === 'succeeded') return { status: 'running', progress: job.progress, error: null };
  return { status: job.status, progress: job.progress, error: job.error };
};
