import { z } from 'zod';
import { EventId, JobId } from '../ids.ts';
import { Instant, JobStatus, PageQuery } from './common.ts';
import { type Api, defineApi } from './endpoint.ts';
import { defineErrors } from './error.ts';

/**
 * What every service of the house lets the service `jobs` see and do, so that an operator can look after all of them in
 * one place: its state, its queue, its dead letters. The platform answers; services write nothing for it.
 */

export const inspectionErrors = defineErrors({
  jobNotFound: {
    code: 'QUEUE_JOB_NOT_FOUND',
    status: 404,
    message: 'There is no such job in this queue, or it is not parked (any more).',
  },
  deadLetterNotFound: {
    code: 'QUEUE_DEAD_LETTER_NOT_FOUND',
    status: 404,
    message: 'There is no such event among the dead letters (any more).',
  },
});

/** How much work of one kind there is in the queue of one service. */
export const JobCounts = z
  .object({
    type: z.string(),
    queued: z.int(),
    running: z.int(),
    failed: z.int().describe('Parked after the last try; kept for 30 days'),
    succeeded: z.int().describe('In the last 24 hours'),
    oldestWaitingSeconds: z.number().nullable().describe('How long the first of those that are due has been waiting'),
  })
  .meta({ id: 'JobCounts' });
export type JobCounts = z.infer<typeof JobCounts>;

/** A job of a queue. What it was given is not shown: it may be somebody's text or address. */
export const QueueJob = z
  .object({
    id: JobId,
    type: z.string(),
    status: JobStatus,
    progress: z.number(),
    attempts: z.int(),
    maxAttempts: z.int(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: Instant,
    runAt: Instant.describe('When it is due'),
    finishedAt: Instant.nullable(),
  })
  .meta({ id: 'QueueJob' });
export type QueueJob = z.infer<typeof QueueJob>;

/** An event that a listener could not handle after all tries. */
export const DeadLetterView = z
  .object({
    eventId: EventId,
    listener: z.string(),
    type: z.string(),
    error: z.string(),
    attempts: z.int(),
    parkedAt: Instant,
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetterView = z.infer<typeof DeadLetterView>;

/** A service about itself, as the replica that was asked sees it. */
export const Inspection = z
  .object({
    service: z.string(),
    version: z.string(),
    startedAt: Instant,
    process: z.object({
      /** Of the machine or pod. Services that share host and process id share their memory. */
      host: z.string(),
      pid: z.int(),
      memoryBytes: z.int().describe('Resident memory of the process'),
    }),
    checks: z.array(
      z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable(), latencyMs: z.number() }),
    ),
    queues: z.array(JobCounts),
    deadLetters: z.int(),
    unpublishedEvents: z.int().describe('Events that were committed and have not reached Redis yet'),
  })
  .meta({ id: 'Inspection' });
export type Inspection = z.infer<typeof Inspection>;

export const QueueJobQuery = PageQuery.extend({
  status: JobStatus.optional(),
  type: z.string().max(100).optional(),
});

const letterParams = z.strictObject({ eventId: EventId, listener: z.string().max(200) });

const apiUnder = (prefix: `/internal/${string}`) =>
  defineApi({
    readInspection: {
      method: 'GET',
      path: prefix,
      summary: 'How this service is, and what it has to do',
      audience: 'service',
      timeoutMs: 5_000,
      response: Inspection,
    },
    listQueueJobs: {
      method: 'GET',
      path: `${prefix}/jobs`,
      summary: 'Jobs of its queue, newest first',
      audience: 'service',
      query: QueueJobQuery,
      respond: 'page',
      response: QueueJob,
    },
    retryQueueJob: {
      method: 'POST',
      path: `${prefix}/jobs/:jobId/retry`,
      summary: 'Give a parked job all its tries again',
      audience: 'service',
      params: z.strictObject({ jobId: JobId }),
      respond: 'empty',
      errors: [inspectionErrors.jobNotFound],
    },
    listDeadLetters: {
      method: 'GET',
      path: `${prefix}/dead-letters`,
      summary: 'Events that could not be handled, oldest first; at most 200',
      audience: 'service',
      response: z.array(DeadLetterView),
    },
    replayDeadLetter: {
      method: 'POST',
      path: `${prefix}/dead-letters/:eventId/:listener/replay`,
      summary: 'Hand an event to its listener once more; it stays where it is if that fails',
      audience: 'service',
      params: letterParams,
      timeoutMs: 60_000,
      respond: 'empty',
      errors: [inspectionErrors.deadLetterNotFound],
    },
  } satisfies Api);

export type InspectionApi = ReturnType<typeof apiUnder>;

/** The inspection of one service: the same endpoints for each, under its own name. */
export const inspectionApiOf = (service: string): InspectionApi => apiUnder(`/internal/${service}/v1/inspection`);
