import { type JobsApi, jobsErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { wantCancel } from './run-store.ts';
import { requireRun, showRun } from './show-run.ts';

/** Harmless when repeated: what is cancelled stays so. */
export const cancelRun: Operation<JobsContext, JobsApi['cancelRun']> = async ({ postgres }, { params }) => {
  const { status } = await requireRun(postgres.sql, params.runId);
  if (status === 'succeeded') throw fail(jobsErrors.runSucceeded);
  await wantCancel(postgres.sql, params.runId);
  return await showRun(postgres.sql, params.runId);
};
