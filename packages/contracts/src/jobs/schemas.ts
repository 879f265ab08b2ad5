import { z } from 'zod';
import { RunId } from '../ids.ts';
import { Instant, JobStatus } from '../kit/common.ts';
import { Inspection } from '../kit/inspection.ts';

export const RunAttempt = z
  .object({
    number: z.int().min(1),
    status: z
      .enum(['starting', 'running', 'succeeded', 'failed', 'interrupted', 'cancelled'])
      .describe('`interrupted`: cut off by no fault of its own, e.g. its machine was drained; does not count as a try'),
    node: z.string().nullable().describe('The machine that it ran on'),
    note: z.string().nullable().describe('Why it waits, or how it ended'),
    startedAt: Instant,
    endedAt: Instant.nullable(),
    logTruncated: z.boolean().describe('The beginning of its log was longer than is kept'),
  })
  .meta({ id: 'RunAttempt' });

export const RunSummary = z
  .object({
    id: RunId,
    task: z.string(),
    status: JobStatus,
    cause: z.enum(['schedule', 'operator', 'event']).describe('Why it was started'),
    progress: z.number().min(0).max(100),
    note: z.string().nullable().describe('What it is doing, in its own words'),
    attempts: z.int(),
    maxAttempts: z.int(),
    output: z.unknown().nullable().describe('Once succeeded: as the task declares it'),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: Instant,
    runAt: Instant.describe('Not before this'),
    finishedAt: Instant.nullable(),
  })
  .meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof RunSummary>;

export const Run = RunSummary.extend({ input: z.unknown(), history: z.array(RunAttempt) }).meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

export const Task = z
  .object({
    type: z.string(),
    summary: z.string(),
    place: z.enum(['server', 'pi', 'any', 'here']).describe('Where it runs; `here`: on the machine of the house'),
    memoryLimitMiB: z.int(),
    timeoutSeconds: z.number(),
    attempts: z.int(),
    schedule: z.string(),
    timeZone: z.string(),
    enabled: z.boolean().describe('Whether it runs by the clock'),
    nextRunAt: Instant.nullable(),
    lastRun: RunSummary.nullable(),
    inputSchema: z.unknown().describe('JSON Schema of what it takes'),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof Task>;

export const RunLog = z
  .object({
    text: z.string().describe('What was added behind `after`'),
    next: z.string().describe('To be given as `after` the next time'),
    truncated: z.boolean().describe('Something between `after` and this text is not kept any more'),
    ended: z.boolean().describe('Nothing will be added'),
  })
  .meta({ id: 'RunLog' });

/** Something that cannot be shown, and why: the console never makes anything up. */
export const Gap = z
  .object({
    what: z.enum(['nodes', 'pods', 'releases', 'events', 'metrics', 'tasks']),
    why: z.enum(['one-process', 'forbidden', 'absent', 'unreachable']),
    namespace: z.string().nullable(),
  })
  .meta({ id: 'Gap' });
export type Gap = z.infer<typeof Gap>;

export const HouseNode = z
  .object({
    name: z.string(),
    role: z.enum(['server', 'pi', 'other']),
    arch: z.string(),
    os: z.string(),
    version: z.string().describe('Of the kubelet, or of Node.js'),
    ready: z.boolean(),
    problems: z.array(z.string()).describe('Conditions that should not be, e.g. MemoryPressure; cordoned'),
    memory: z.object({
      usedBytes: z.number().nullable(),
      requestedBytes: z.number().nullable(),
      totalBytes: z.number(),
    }),
    cpu: z.object({ usedMillis: z.number().nullable(), totalMillis: z.number() }),
    pods: z.int().nullable(),
    since: Instant,
  })
  .meta({ id: 'HouseNode' });
export type HouseNode = z.infer<typeof HouseNode>;

export const HousePod = z
  .object({
    name: z.string(),
    namespace: z.string(),
    service: z.string().describe('Its name in the house, e.g. content or postgres'),
    component: z.string().nullable(),
    colour: z.string().nullable(),
    version: z.string().nullable(),
    node: z.string().nullable(),
    phase: z.string(),
    ready: z.boolean(),
    restarts: z.int(),
    reason: z
      .string()
      .nullable()
      .describe('Why it is not well, e.g. CrashLoopBackOff; or how it ended the last time, e.g. OOMKilled'),
    memory: z.object({ usedBytes: z.number().nullable(), limitBytes: z.number().nullable() }),
    startedAt: Instant.nullable(),
  })
  .meta({ id: 'HousePod' });
export type HousePod = z.infer<typeof HousePod>;

export const HouseRelease = z
  .object({
    name: z.string(),
    namespace: z.string(),
    chart: z.string().describe('Name and version of the chart'),
    version: z.string().describe('Of what is in it'),
    colour: z.string().nullable(),
    ready: z.int(),
    wanted: z.int(),
    updatedAt: Instant,
  })
  .meta({ id: 'HouseRelease' });
export type HouseRelease = z.infer<typeof HouseRelease>;

export const HouseStore = z
  .object({
    name: z.enum(['postgres', 'redis']),
    ok: z.boolean(),
    version: z.string().nullable(),
    latencyMs: z.number().nullable(),
    sizeBytes: z.number().nullable().describe('Of the database on disk; of Redis in memory'),
    connections: z.object({ open: z.int(), max: z.int() }).nullable(),
    problem: z.string().nullable(),
  })
  .meta({ id: 'HouseStore' });
export type HouseStore = z.infer<typeof HouseStore>;

export const HouseState = z
  .object({
    mode: z.enum(['kubernetes', 'process']),
    takenAt: Instant,
    nodes: z.array(HouseNode),
    pods: z.array(HousePod),
    releases: z.array(HouseRelease),
    stores: z.array(HouseStore),
    services: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        inspection: Inspection.nullable().describe('null: it does not answer'),
        problem: z.string().nullable(),
      }),
    ),
    gaps: z.array(Gap),
  })
  .meta({ id: 'HouseState' });
export type HouseState = z.infer<typeof HouseState>;

export const HouseEvent = z
  .object({
    id: z.string(),
    namespace: z.string(),
    kind: z.enum(['normal', 'warning']),
    object: z.string().describe('Kind/name'),
    reason: z.string(),
    message: z.string(),
    count: z.int(),
    at: Instant,
  })
  .meta({ id: 'HouseEvent' });
export type HouseEvent = z.infer<typeof HouseEvent>;
