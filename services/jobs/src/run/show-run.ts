import { jobsErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { Sql } from '@authorworks/platform/postgres';
import { listAttempts } from './attempt-store.ts';
import { findRun, type RunRow } from './run-store.ts';
import { viewRun } from './run-view.ts';

/** @throws AppError JOBS_RUN_NOT_FOUND */
export const requireRun = async (sql: Sql, runId: string): Promise<RunRow> => {
  const row = await findRun(sql, runId);
  if (!row) throw fail(jobsErrors.runNotFound);
  return row;
};

/** A run as it is now. @throws AppError JOBS_RUN_NOT_FOUND */
export const showRun = async (sql: Sql, runId: string): Promise<ReturnType<typeof viewRun>> =>
  viewRun(await requireRun(sql, runId), await listAttempts(sql, runId));
