import type { Task, TaskDefinition } from '@authorworks/contracts';
import { z } from 'zod';
import type { RunRow } from '../run/run-store.ts';
import type { TaskRunner } from '../runner/task-runner.ts';
import { viewRunSummary } from '../run/run-view.ts';
import { nextOccurrence } from './schedule-policy.ts';
import type { ScheduleRow } from './schedule-store.ts';

interface Seen {
  readonly schedule: ScheduleRow | undefined;
  readonly lastRun: RunRow | undefined;
  readonly timeZone: string;
  readonly runnerKind: TaskRunner['kind'];
  readonly now: Date;
}

export const viewTask = (
  task: TaskDefinition,
  { schedule, lastRun, timeZone, runnerKind, now }: Seen,
): z.input<typeof Task> => {
  const enabled = schedule?.enabled ?? true;
  return {
    type: task.type,
    summary: task.summary,
    place: runnerKind === 'process' ? 'here' : task.placement,
    memoryLimitMiB: task.memoryMiB.limit,
    timeoutSeconds: task.timeoutMs / 1000,
    attempts: task.attempts,
    schedule: task.schedule,
    timeZone,
    enabled,
    nextRunAt: enabled ? (nextOccurrence(task.schedule, timeZone, now)?.toISOString() ?? null) : null,
    lastRun: lastRun ? viewRunSummary(lastRun) : null,
    inputSchema: z.toJSONSchema(task.input, { io: 'input' }),
  };
};
