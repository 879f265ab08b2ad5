import { hostname } from 'node:os';
import {
  type Inspection,
  type InspectionApi,
  inspectionApiOf,
  inspectionErrors,
  platformErrors,
  type ServiceName,
} from '@authorworks/contracts';
import { fail } from '../errors.ts';
import type { Health } from '../health.ts';
import type { ServiceAuth } from '../http/auth.ts';
import { defineRoutes, type Operations, type Routes } from '../http/routes.ts';
import type { Bus } from '../bus/index.ts';
import type { JobQueue, ListedJob } from '../queue/index.ts';
import type { Context } from '../service.ts';

/** What a service lets operators look into, if it has it. */
export interface Inspectable {
  readonly queue?: Pick<JobQueue, 'counts' | 'list' | 'retry'>;
  readonly bus?: Pick<Bus, 'counts' | 'deadLetters' | 'replay'>;
}

interface Inspected {
  readonly name: ServiceName;
  readonly version: string;
  readonly startedAt: Date;
}

/** Whoever knows the service key is one of us; but only the service that looks after all of them may look in here. */
const onlyJobs = ({ service }: ServiceAuth): void => {
  if (service !== 'jobs') throw fail(platformErrors.roleMissing);
};

const inspect = async ({ queue, bus }: Inspectable, health: Health, self: Inspected): Promise<Inspection> => {
  const [{ checks }, queues, events] = await Promise.all([
    health.report(),
    queue?.counts() ?? [],
    bus?.counts() ?? { deadLetters: 0, unpublished: 0 },
  ]);
  return {
    service: self.name,
    version: self.version,
    startedAt: self.startedAt.toISOString(),
    process: { host: hostname(), pid: process.pid, memoryBytes: process.memoryUsage.rss() },
    checks: Object.entries(checks).map(([name, { ok, detail, milliseconds }]) => ({
      name,
      ok,
      detail: detail ?? null,
      latencyMs: milliseconds,
    })),
    queues,
    deadLetters: events.deadLetters,
    unpublishedEvents: events.unpublished,
  };
};

const viewJob = ({ id, createdAt, runAt, finishedAt, ...job }: ListedJob) => ({
  ...job,
  id,
  createdAt: createdAt.toISOString(),
  runAt: runAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const positionOf = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined || UUID.test(cursor)) return cursor;
  const problem = { path: 'query.cursor', message: 'is not a cursor of this list' };
  throw fail(platformErrors.invalidRequest, { message: `${problem.path} ${problem.message}`, fields: [problem] });
};

const operationsOf = (shown: Inspectable, self: Inspected): Operations<Pick<Context, 'health'>, InspectionApi> => ({
  readInspection: async ({ health }, { auth }) => {
    onlyJobs(auth);
    return await inspect(shown, health, self);
  },
  listQueueJobs: async (_context, { auth, query }) => {
    onlyJobs(auth);
    const { limit, cursor, status, type } = query;
    const rows = (await shown.queue?.list({ status, type, before: positionOf(cursor), limit: limit + 1 })) ?? [];
    const page = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? (page.at(-1)?.id ?? null) : null;
    return { data: page.map(viewJob), pagination: { nextCursor } };
  },
  retryQueueJob: async (_context, { auth, params }) => {
    onlyJobs(auth);
    if (!(await shown.queue?.retry(params.jobId))) throw fail(inspectionErrors.jobNotFound);
  },
  listDeadLetters: async (_context, { auth }) => {
    onlyJobs(auth);
    const letters = (await shown.bus?.deadLetters()) ?? [];
    return letters.map(({ parkedAt, ...letter }) => ({ ...letter, parkedAt: parkedAt.toISOString() }));
  },
  replayDeadLetter: async (_context, { auth, params }) => {
    onlyJobs(auth);
    if (!(await shown.bus?.replay(params.eventId, params.listener))) throw fail(inspectionErrors.deadLetterNotFound);
  },
});

/** The same for every service: how it is and what it has to do, for the service jobs alone. */
export const inspectionRoutes = <X extends Pick<Context, 'health'>>(shown: Inspectable, self: Inspected): Routes<X> =>
  defineRoutes<X>()(inspectionApiOf(self.name), operationsOf(shown, self));
