import type { JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { showRun } from './show-run.ts';

export const readRun: Operation<JobsContext, JobsApi['readRun']> = async ({ postgres }, { params }) =>
  await showRun(postgres.sql, params.runId);
