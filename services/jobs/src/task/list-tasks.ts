import type { JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { listLastRuns } from '../run/run-store.ts';
import { listSchedules } from './schedule-store.ts';
import { viewTask } from './task-view.ts';

export const listTasks: Operation<JobsContext, JobsApi['listTasks']> = async ({
  postgres,
  tasks,
  runner,
  config,
  clock,
}) => {
  const [schedules, lastRuns] = await Promise.all([listSchedules(postgres.sql), listLastRuns(postgres.sql)]);
  return tasks.all.map((task) =>
    viewTask(task, {
      schedule: schedules.find((one) => one.task === task.type),
      lastRun: lastRuns.find((one) => one.task === task.type),
      timeZone: config.timeZone,
      runnerKind: runner.kind,
      now: clock.now(),
    }),
  );
};
