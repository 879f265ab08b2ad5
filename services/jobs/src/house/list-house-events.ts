import type { JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';

export const listHouseEvents: Operation<JobsContext, JobsApi['listHouseEvents']> = async ({ machines }) => {
  const { events, gaps } = await machines.readEvents();
  return { events: [...events], gaps: [...gaps] };
};
