import type { TaskDefinition } from '@authorworks/contracts';
import { type Base, Loop, newId } from '@authorworks/platform';
import type { Postgres } from '@authorworks/platform/postgres';
import { hasOpenRun, insertRun } from '../run/run-store.ts';
import { lookAtSchedule, readSchedule } from './schedule-policy.ts';
import { ensureSchedules, lockSchedule, markSeen } from './schedule-store.ts';
import type { TaskTable } from './task-table.ts';

const LOOK_MS = 15_000;

interface Parts {
  readonly base: Base;
  readonly postgres: Postgres;
  readonly tasks: TaskTable;
  readonly timeZone: string;
}

/** Makes the run of an occurrence, together with the note that it was seen; the run's key tells occurrences apart. */
const lookAt = async (
  { base, postgres, timeZone }: Parts,
  { type, schedule, attempts }: TaskDefinition,
): Promise<void> => {
  const cron = readSchedule(schedule, timeZone);
  await postgres.transaction(async (sql) => {
    const row = await lockSchedule(sql, type);
    if (!row?.enabled) return;
    const { due, seenUntil } = lookAtSchedule(cron, row.seenUntil, base.clock.now());
    // the one before is still at it: it is made up for after that, once
    if (due && (await hasOpenRun(sql, type, 'schedule'))) return;
    if (due) {
      const key = `schedule ${type} ${due.toISOString()}`;
      await insertRun(sql, {
        id: newId(),
        task: type,
        key,
        cause: 'schedule',
        input: {},
        maxAttempts: attempts,
        createdBy: null,
      });
    }
    if (seenUntil.getTime() !== row.seenUntil.getTime()) await markSeen(sql, type, seenUntil);
  });
};

/** Tasks that run by the clock of the house, in its time zone. */
export const startScheduler = (parts: Parts): { readonly look: () => Promise<void> } => {
  const { base, postgres, tasks } = parts;
  const look = async (): Promise<void> => {
    await ensureSchedules(
      postgres.sql,
      tasks.all.map(({ type }) => type),
      base.clock.now(),
    );
    for (const task of tasks.all) await lookAt(parts, task);
  };
  const loop = new Loop('schedules', LOOK_MS, base.log, look);
  base.duty.whileWorking({ start: () => loop.start(), stop: async () => await loop.close() });
  base.onClose('schedules', async () => await loop.close());
  return { look };
};
