import type { JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';

export const listServiceDeadLetters: Operation<JobsContext, JobsApi['listServiceDeadLetters']> = async (
  context,
  call,
) => await context.inspections.withQueue(call.params.service).listDeadLetters(undefined, { signal: call.signal });
