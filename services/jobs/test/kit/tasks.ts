import { defineTask } from '@authorworks/contracts';
import { z } from 'zod';

const small = {
  attempts: 3,
  timeoutMs: 60_000,
  placement: 'any',
  memoryMiB: { request: 32, limit: 160 },
  cpuMillis: { request: 10, limit: 1000 },
  schedule: '0 4 * * *',
} as const;
const nothing = z.strictObject({});

/** Tasks that behave well and badly, for tests of what runs them; what they do is in task.program.ts. */
export const testTasks = {
  count: defineTask({
    ...small,
    type: 'test.count',
    summary: 'Counts to a number and tells of it.',
    input: z.strictObject({ to: z.int().min(1).default(3) }),
    output: z.object({ counted: z.int() }),
  }),
  wait: defineTask({
    ...small,
    type: 'test.wait',
    summary: 'Waits until it is ended.',
    input: nothing,
    output: nothing,
  }),
  spin: defineTask({
    ...small,
    timeoutMs: 1_500,
    attempts: 1,
    type: 'test.spin',
    summary: 'An endless loop, deaf to everything.',
    input: nothing,
    output: nothing,
  }),
  deaf: defineTask({ ...small, type: 'test.deaf', summary: 'An endless loop.', input: nothing, output: nothing }),
  eat: defineTask({
    ...small,
    attempts: 1,
    type: 'test.eat',
    summary: 'Takes more and more memory beside the heap.',
    input: nothing,
    output: nothing,
  }),
  heap: defineTask({
    ...small,
    attempts: 1,
    type: 'test.heap',
    summary: 'Fills the heap.',
    input: nothing,
    output: nothing,
  }),
  fail: defineTask({ ...small, attempts: 2, type: 'test.fail', summary: 'Throws.', input: nothing, output: nothing }),
  refuse: defineTask({ ...small, type: 'test.refuse', summary: 'Refuses.', input: nothing, output: nothing }),
  babble: defineTask({
    ...small,
    type: 'test.babble',
    summary: 'Prints far more than is kept.',
    input: nothing,
    output: nothing,
  }),
  resume: defineTask({
    ...small,
    type: 'test.resume',
    summary: 'Saves a checkpoint and throws; goes on from it the next time.',
    input: nothing,
    output: z.object({ from: z.int() }),
  }),
  family: defineTask({
    ...small,
    // two processes, and what they share counts twice
    memoryMiB: { request: 32, limit: 400 },
    type: 'test.family',
    summary: 'Starts a process of its own and waits.',
    input: nothing,
    output: nothing,
  }),
};
