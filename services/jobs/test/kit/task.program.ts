// What the tasks of tasks.ts do; started by the runner as task-main.ts is.
import { spawn } from 'node:child_process';
import { jobsErrors, type TaskDefinition } from '@authorworks/contracts';
import { fail, processSource } from '@authorworks/platform';
import { runTask, taskProgram } from '../../src/tasks/run-task.ts';
import type { TaskWork } from '../../src/tasks/task-call.ts';
import { testTasks as tasks } from './tasks.ts';

const forever = async (): Promise<never> => await new Promise(() => setInterval(() => undefined, 1_000));
const endlessly = (): never => {
  for (;;) Math.random();
};

const spin: TaskWork<TaskDefinition> = (call) => {
  call.log('spinning');
  process.on('SIGTERM', () => undefined);
  return endlessly();
};

const eat: TaskWork<TaskDefinition> = async () => {
  const eaten: Buffer[] = [];
  for (;;) {
    eaten.push(Buffer.alloc(16 * 1024 * 1024, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const heap: TaskWork<TaskDefinition> = () => {
  const kept: string[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => `${index} ${kept.length}`));
};

await runTask(
  [
    taskProgram(tasks.count, async ({ input, progress, log }) => {
      for (let number = 1; number <= input.to; number += 1) {
        log(`counted ${number}`);
        progress((number / input.to) * 100, `at ${number}`);
      }
      return await Promise.resolve({ counted: input.to });
    }),
    taskProgram(tasks.wait, async ({ log }) => {
      log('waiting');
      return await forever();
    }),
    taskProgram(tasks.spin, spin),
    taskProgram(tasks.deaf, spin),
    taskProgram(tasks.eat, eat),
    taskProgram(tasks.heap, heap),
    taskProgram(tasks.fail, async ({ log }) => {
      log('about to fail');
      return await Promise.reject(new Error('the barn door is open'));
    }),
    taskProgram(tasks.refuse, () => {
      throw fail(jobsErrors.inputInvalid, { message: 'not like this' });
    }),
    taskProgram(tasks.babble, async ({ log }) => {
      for (let line = 0; line < 40_000; line += 1) log(`line ${line} ${'.'.repeat(40)}`);
      log(`nul ${String.fromCodePoint(0)} and a long line ${'x'.repeat(50_000)}`);
      log('::task {"progress": "much"}');
      log('the end');
      return await Promise.resolve({});
    }),
    taskProgram(tasks.resume, async ({ checkpoint, saveCheckpoint }) => {
      const from = (checkpoint as { at: number } | null)?.at ?? 0;
      if (from > 0) return { from };
      saveCheckpoint({ at: 7 });
      return await Promise.reject(new Error('cut off'));
    }),
    taskProgram(tasks.family, async ({ log }) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
      log(`child ${child.pid}`);
      return await forever();
    }),
  ],
  processSource(),
);
