import { type JobsApi, jobsErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { queueAgain } from './run-store.ts';
import { requireRun, showRun } from './show-run.ts';

export const retryRun: Operation<JobsContext, JobsApi['retryRun']> = async ({ postgres }, { params }) => {
  const { status } = await requireRun(postgres.sql, params.runId);
  if (status === 'succeeded') throw fail(jobsErrors.runSucceeded);
  if (!(await queueAgain(postgres.sql, params.runId))) {
    // queued already: the second click of two
    const now = await requireRun(postgres.sql, params.runId);
    if (now.status === 'running') throw fail(jobsErrors.runNotOver);
  }
  return await showRun(postgres.sql, params.runId);
};
