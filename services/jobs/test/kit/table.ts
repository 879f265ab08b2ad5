import { fileURLToPath } from 'node:url';
import type { TaskDefinition } from '@authorworks/contracts';
import type { TaskTable } from '../../src/task/task-table.ts';
import { testTasks } from './tasks.ts';

/** What the tasks of tests do. */
export const PROGRAM = fileURLToPath(new URL('task.program.ts', import.meta.url));

export const tableOf = (all: readonly TaskDefinition[] = Object.values(testTasks)): TaskTable => ({
  all,
  find: (type) => all.find((task) => task.type === type),
  report: () => undefined,
});
