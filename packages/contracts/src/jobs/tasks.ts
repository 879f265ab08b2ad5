import { z } from 'zod';
import { defineTask } from '../kit/task.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Something that an operator should know of; the log has all of them. */
export const Finding = z.object({ what: z.string().max(200), problem: z.string().max(300) }).meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;

/** What a check has found. It has succeeded also when it found problems: finding them is what it is for. */
export const CheckReport = z
  .object({
    checked: z.int(),
    problems: z.int(),
    findings: z.array(Finding).max(10).describe('The first of the problems'),
  })
  .meta({ id: 'CheckReport' });
export type CheckReport = z.infer<typeof CheckReport>;

/** The tasks of the house; adding one is an entry here and its file in services/jobs/src/tasks. */
export const jobsTasks = {
  checkHouse: defineTask({
    type: 'jobs.check-house',
    summary: 'Asks every service whether it is well: its stores, its clock, its queue, its dead letters.',
    input: z.strictObject({}),
    output: CheckReport,
    attempts: 3,
    timeoutMs: 3 * MINUTE_MS,
    placement: 'pi',
    memoryMiB: { request: 128, limit: 192 },
    cpuMillis: { request: 50, limit: 1000 },
    schedule: '7 * * * *',
  }),
  checkEditions: defineTask({
    type: 'jobs.check-editions',
    summary:
      'Fetches the EPUB of every published book and opens it as a reading system would: all files there, well-formed, linked.',
    input: z.strictObject({ slug: z.string().min(1).max(200).optional().describe('This book alone') }),
    output: CheckReport,
    attempts: 3,
    timeoutMs: 2 * HOUR_MS,
    placement: 'pi',
    memoryMiB: { request: 160, limit: 320 },
    cpuMillis: { request: 50, limit: 1000 },
    schedule: '20 3 * * *',
  }),
  checkFiles: defineTask({
    type: 'jobs.check-files',
    summary:
      'Reads the bytes of every stored file and compares them with the hash that was taken when it arrived (bit rot, lost objects).',
    input: z.strictObject({}),
    output: CheckReport,
    attempts: 3,
    timeoutMs: 24 * HOUR_MS,
    placement: 'pi',
    memoryMiB: { request: 128, limit: 192 },
    cpuMillis: { request: 50, limit: 1000 },
    schedule: '10 2 * * 0',
  }),
};
