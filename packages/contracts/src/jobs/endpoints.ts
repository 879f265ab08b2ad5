import { z } from 'zod';
import { EventId, JobId, RunId } from '../ids.ts';
import { JobStatus, PageQuery } from '../kit/common.ts';
import { defineApi } from '../kit/endpoint.ts';
import { DeadLetterView, inspectionErrors, QueueJob, QueueJobQuery } from '../kit/inspection.ts';
import { jobsErrors as errors } from './errors.ts';
import { Gap, HouseEvent, HouseState, Run, RunLog, RunSummary, Task } from './schemas.ts';

const v1 = '/api/jobs/v1';
const byRun = z.strictObject({ runId: RunId });
const byService = z.strictObject({ service: z.string().max(40) });
/** Everything here is for operators alone. */
const operator = { audience: 'account', role: 'operator' } as const;

export const jobsApi = defineApi({
  listTasks: {
    ...operator,
    method: 'GET',
    path: `${v1}/tasks`,
    summary: 'What can be run, when it runs by itself, and how it went the last time',
    response: z.array(Task),
  },
  updateTask: {
    ...operator,
    method: 'PATCH',
    path: `${v1}/tasks/:task`,
    summary: 'Let a task run by the clock, or not',
    params: z.strictObject({ task: z.string().max(100) }),
    body: z.strictObject({ enabled: z.boolean() }),
    response: Task,
    errors: [errors.taskNotFound],
  },
  createRun: {
    ...operator,
    method: 'POST',
    path: `${v1}/runs`,
    summary: 'Run a task now',
    body: z.strictObject({
      task: z.string().max(100),
      input: z.unknown().optional().describe('As the task declares it; nothing: {}'),
    }),
    response: Run,
    status: 202,
    idempotent: true,
    errors: [errors.taskNotFound, errors.inputInvalid],
  },
  listRuns: {
    ...operator,
    method: 'GET',
    path: `${v1}/runs`,
    summary: 'Runs, newest first',
    query: PageQuery.extend({ task: z.string().max(100).optional(), status: JobStatus.optional() }),
    respond: 'page',
    response: RunSummary,
  },
  readRun: {
    ...operator,
    method: 'GET',
    path: `${v1}/runs/:runId`,
    summary: 'A run and each try at it',
    params: byRun,
    response: Run,
    errors: [errors.runNotFound],
  },
  readRunLog: {
    ...operator,
    method: 'GET',
    path: `${v1}/runs/:runId/log`,
    summary: 'What a try at a run has printed; its last 256 KiB are kept',
    params: byRun,
    query: z.strictObject({
      attempt: z.coerce.number().int().min(1).max(10_000).optional().describe('Default: the last one'),
      after: z.string().max(50).optional(),
    }),
    response: RunLog,
    errors: [errors.runNotFound],
  },
  cancelRun: {
    ...operator,
    method: 'POST',
    path: `${v1}/runs/:runId/cancel`,
    summary: 'Stop a run, or give up one that is parked',
    params: byRun,
    response: Run,
    errors: [errors.runNotFound, errors.runSucceeded],
  },
  retryRun: {
    ...operator,
    method: 'POST',
    path: `${v1}/runs/:runId/retry`,
    summary: 'Give a parked or cancelled run all its tries again',
    params: byRun,
    response: Run,
    errors: [errors.runNotFound, errors.runNotOver, errors.runSucceeded],
  },
  readHouse: {
    ...operator,
    method: 'GET',
    path: `${v1}/house`,
    summary: 'Machines, pods, releases, stores and services, as they are now',
    response: HouseState,
  },
  listHouseEvents: {
    ...operator,
    method: 'GET',
    path: `${v1}/house/events`,
    summary: 'What Kubernetes has noticed, newest first; it forgets after an hour',
    response: z.object({ events: z.array(HouseEvent), gaps: z.array(Gap) }).meta({ id: 'HouseEvents' }),
  },
  listServiceJobs: {
    ...operator,
    method: 'GET',
    path: `${v1}/services/:service/jobs`,
    summary: 'Jobs in the queue of a service, newest first',
    params: byService,
    query: QueueJobQuery,
    respond: 'page',
    response: QueueJob,
    errors: [errors.serviceWithoutQueue],
  },
  retryServiceJob: {
    ...operator,
    method: 'POST',
    path: `${v1}/services/:service/jobs/:jobId/retry`,
    summary: 'Give a parked job of a service all its tries again',
    params: byService.extend({ jobId: JobId }),
    respond: 'empty',
    errors: [errors.serviceWithoutQueue, inspectionErrors.jobNotFound],
  },
  listServiceDeadLetters: {
    ...operator,
    method: 'GET',
    path: `${v1}/services/:service/dead-letters`,
    summary: 'Events that a service could not handle, oldest first',
    params: byService,
    response: z.array(DeadLetterView),
    errors: [errors.serviceWithoutQueue],
  },
  replayServiceDeadLetter: {
    ...operator,
    method: 'POST',
    path: `${v1}/services/:service/dead-letters/:eventId/:listener/replay`,
    summary: 'Hand an event to its listener once more',
    params: byService.extend({ eventId: EventId, listener: z.string().max(200) }),
    timeoutMs: 65_000,
    respond: 'empty',
    errors: [errors.serviceWithoutQueue, inspectionErrors.deadLetterNotFound],
  },
});

export type JobsApi = typeof jobsApi;
