import { type JobsApi, jobsErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { listLastRuns } from '../run/run-store.ts';
import { listSchedules, switchSchedule } from './schedule-store.ts';
import { viewTask } from './task-view.ts';

export const updateTask: Operation<JobsContext, JobsApi['updateTask']> = async (context, { params, body }) => {
  const { postgres, tasks, runner, config, clock } = context;
  const task = tasks.find(params.task);
  if (!task) throw fail(jobsErrors.taskNotFound);
  await switchSchedule(postgres.sql, task.type, body.enabled, clock.now());
  const [schedules, lastRuns] = await Promise.all([listSchedules(postgres.sql), listLastRuns(postgres.sql)]);
  return viewTask(task, {
    schedule: schedules.find((one) => one.task === task.type),
    lastRun: lastRuns.find((one) => one.task === task.type),
    timeZone: config.timeZone,
    runnerKind: runner.kind,
    now: clock.now(),
  });
};
