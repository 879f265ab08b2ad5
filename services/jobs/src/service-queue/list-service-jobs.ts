import { type JobsApi, platformErrors } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { passOn } from './refused.ts';

export const listServiceJobs: Operation<JobsContext, JobsApi['listServiceJobs']> = async (context, call) =>
  await context.inspections
    .withQueue(call.params.service)
    .listQueueJobs({ query: call.query }, { signal: call.signal })
    .catch(passOn(platformErrors.invalidRequest));
