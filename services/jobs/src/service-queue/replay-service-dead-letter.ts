import { inspectionErrors, type JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { passOn } from './refused.ts';

export const replayServiceDeadLetter: Operation<JobsContext, JobsApi['replayServiceDeadLetter']> = async (
  context,
  call,
) => {
  const { service, eventId, listener } = call.params;
  await context.inspections
    .withQueue(service)
    .replayDeadLetter({ params: { eventId, listener } }, { signal: call.signal })
    .catch(passOn(inspectionErrors.deadLetterNotFound));
  context.log.info({ service, eventId, listener, by: call.auth.accountId }, 'a dead letter is handed over once more');
};
