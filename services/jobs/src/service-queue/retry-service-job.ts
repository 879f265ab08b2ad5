import { inspectionErrors, type JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { passOn } from './refused.ts';

export const retryServiceJob: Operation<JobsContext, JobsApi['retryServiceJob']> = async (context, call) => {
  const { service, jobId } = call.params;
  await context.inspections
    .withQueue(service)
    .retryQueueJob({ params: { jobId } }, { signal: call.signal })
    .catch(passOn(inspectionErrors.jobNotFound));
  context.log.info({ service, jobId, by: call.auth.accountId }, 'a parked job is tried again');
};
