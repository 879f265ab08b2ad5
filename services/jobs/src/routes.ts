import { jobsApi } from '@authorworks/contracts';
import { defineRoutes } from '@authorworks/platform';
import type { JobsContext } from './context.ts';
import { listHouseEvents } from './house/list-house-events.ts';
import { readHouse } from './house/read-house.ts';
import { cancelRun } from './run/cancel-run.ts';
import { createRun } from './run/create-run.ts';
import { listRuns } from './run/list-runs.ts';
import { readRunLog } from './run/read-run-log.ts';
import { readRun } from './run/read-run.ts';
import { retryRun } from './run/retry-run.ts';
import { listServiceDeadLetters } from './service-queue/list-service-dead-letters.ts';
import { listServiceJobs } from './service-queue/list-service-jobs.ts';
import { replayServiceDeadLetter } from './service-queue/replay-service-dead-letter.ts';
import { retryServiceJob } from './service-queue/retry-service-job.ts';
import { listTasks } from './task/list-tasks.ts';
import { updateTask } from './task/update-task.ts';

/** Endpoint → operation: the table of contents of this service. */
export const routes = defineRoutes<JobsContext>()(jobsApi, {
  listTasks,
  updateTask,
  createRun,
  listRuns,
  readRun,
  readRunLog,
  cancelRun,
  retryRun,
  readHouse,
  listHouseEvents,
  listServiceJobs,
  retryServiceJob,
  listServiceDeadLetters,
  replayServiceDeadLetter,
});
