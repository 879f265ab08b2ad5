import {
  type JobCounts,
  type JobDefinition,
  type JobInput,
  type JobOutput,
  platformErrors,
} from '@authorworks/contracts';
import { SpanKind } from '@opentelemetry/api';
import { Worker as BullWorker } from 'bullmq';
import { newId } from '../ids.ts';
import { Loop } from '../loop.ts';
import { counter, gauge } from '../metrics.ts';
import type { Postgres, Sql } from '../postgres/index.ts';
import { endConnection, type Redis, type RedisConnections } from '../redis.ts';
import { currentRequest, withRequest } from '../request-context.ts';
import type { Base } from '../service.ts';
import { contextFromHeaders, currentTrace, inSpan } from '../trace-context.ts';
import {
  cancelJob,
  countJobs,
  type DispatchableJob,
  forgetDispatches,
  insertJob,
  type JobFilter,
  type JobRecord,
  LEASE_SECONDS,
  type ListedJob,
  listJobs,
  readJobs,
  recoverOrphans,
  retryFailedJob,
  sweepJobs,
  takeDispatchable,
} from './job-store.ts';
import { type Message, Messages, prefixOf } from './messages.ts';
import { Attempt, type Work } from './running-job.ts';

export type { JobFilter, JobRecord, ListedJob } from './job-store.ts';
export type { RunningJob, Work } from './running-job.ts';

const LOOK_MS = 2_000;
const DISPATCH_BATCH = 500;
const SWEEP_EVERY_MS = 60 * 60_000;
/** How long BullMQ may take to close, and to give up once its connections are cut. Redis may be away. */
const CLOSE_MS = 3_000;
const CUT_MS = 2_000;

const settlesWithin = async (milliseconds: number, work: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, tooLong]).finally(() => clearTimeout(timer));
};

export interface JobQueue {
  /**
   * Writes a job in the caller's transaction; workers hear of it when that commits.
   * @returns the job's id. @throws Error when `input` does not fit the job's contract.
   */
  readonly enqueue: <J extends JobDefinition>(sql: Sql, job: J, input: JobInput<J>) => Promise<string>;
  /** Registers the handler of a job type; it begins to run jobs with `start`. */
  readonly work: <J extends JobDefinition>(job: J, concurrency: number, work: Work<JobInput<J>, JobOutput<J>>) => void;
  /** Works whenever it is this house's turn (`Duty`). */
  readonly start: () => void;
  readonly read: (id: string) => Promise<JobRecord | undefined>;
  readonly readMany: (ids: readonly string[]) => Promise<JobRecord[]>;
  /** Stops a job; one that is done stays as it is. */
  readonly cancel: (id: string) => Promise<void>;
  /** Runs a parked job again. @returns whether there was one. */
  readonly retry: (id: string) => Promise<boolean>;
  /** Newest first, whatever their type. */
  readonly list: (filter: JobFilter) => Promise<ListedJob[]>;
  /** How many there are, by type: all types that this service works on, and those of which jobs are left. */
  readonly counts: () => Promise<JobCounts[]>;
}

interface Registration {
  readonly job: JobDefinition;
  readonly concurrency: number;
  readonly work: Work<unknown, unknown>;
}

interface QueueWorker {
  readonly registration: Registration;
  readonly bull: BullWorker<Message>;
  readonly connection: Redis;
  /** When it last heard of a job, or was started; of the clock that never steps back. */
  heardMs: number;
}

const WORKER_DIED = {
  code: platformErrors.internal.code,
  message: 'The work was interrupted too often and was given up.',
};

/** Everything about one service's queue; `openQueue` gives out what services may touch. */
class PostgresQueue {
  readonly #base: Base;
  readonly #postgres: Postgres;
  readonly #redis: RedisConnections;
  readonly #registrations = new Map<string, Registration>();
  readonly #messages: Messages;
  readonly #workers = new Set<QueueWorker>();
  readonly #running = new Set<Attempt<unknown, unknown>>();
  readonly #dispatcher: Loop;
  readonly #finished;
  /** Whether jobs may be begun here; another house may have the turn. */
  #working = false;
  /** At the start as well: the one before us may have died with messages in its hands. */
  #areMessagesLost = true;
  #sweptAt = 0;

  constructor(base: Base, postgres: Postgres, redis: RedisConnections) {
    this.#base = base;
    this.#postgres = postgres;
    this.#redis = redis;
    this.#messages = new Messages(redis.commands, prefixOf(base.name), base.log);
    this.#dispatcher = new Loop('dispatch', LOOK_MS, base.log, async () => await this.#dispatch());
    this.#finished = counter(base.metrics, 'queue_attempts_total', 'Attempts at jobs', ['job']);
    gauge(base.metrics, 'queue_jobs_running', 'Jobs being worked on by this process', {
      read: () => this.#running.size,
    });
  }

  register(registration: Registration): void {
    const { type } = registration.job;
    if (this.#registrations.has(type)) throw new Error(`${type} has two workers`);
    this.#registrations.set(type, registration);
  }

  start(): void {
    this.#postgres.notifications.on(`${this.#postgres.schema}_job`, () => this.#wake());
    this.#redis.commands.on('ready', () => {
      this.#areMessagesLost = true;
      this.#dispatcher.wake();
    });
    this.#base.duty.whileWorking({ start: () => this.#begin(), stop: async () => await this.#pause() });
  }

  #begin(): void {
    this.#working = true;
    // whoever worked before may still hold messages that it will not act on
    this.#areMessagesLost = true;
    for (const registration of this.#registrations.values()) this.#startWorker(registration);
    this.#dispatcher.start();
  }

  /** Nothing new is begun; what is being worked on is finished, under its lease. */
  async #pause(): Promise<void> {
    this.#working = false;
    // not BullMQ's pause: a paused worker still takes the signal that would wake those of the other house
    for (const worker of this.#workers)
      this.#closeWorker(worker).catch((error: unknown) => this.#base.log.debug({ err: error }, 'worker connection'));
    await this.#dispatcher.close();
  }

  async #closeWorker(worker: QueueWorker): Promise<void> {
    await worker.bull.close();
    endConnection(worker.connection);
    this.#workers.delete(worker);
  }

  async counts(): Promise<JobCounts[]> {
    const counted = await countJobs(this.#postgres.sql);
    const idle = [...this.#registrations.keys()].filter((type) => !counted.some((one) => one.type === type));
    const none = { queued: 0, running: 0, failed: 0, succeeded: 0, oldestWaitingSeconds: null };
    return [...counted, ...idle.map((type) => ({ type, ...none }))].toSorted((a, b) => a.type.localeCompare(b.type));
  }

  async cancel(id: string): Promise<void> {
    await cancelJob(this.#postgres.sql, id);
    await this.#postgres.sql.query('SELECT pg_notify($1, $2)', [`${this.#postgres.schema}_job`, '']);
  }

  async close(): Promise<void> {
    this.#working = false;
    for (const attempt of this.#running) attempt.close();
    const closing = this.#closeAll();
    if (await settlesWithin(CLOSE_MS, closing)) return;
    // nothing is lost by it: PostgreSQL knows what was being worked on
    this.#base.log.warn('the queue could not be closed in order; its connections are cut');
    for (const { connection } of this.#workers) endConnection(connection);
    await settlesWithin(CUT_MS, closing);
  }

  async #closeAll(): Promise<void> {
    await Promise.all([
      this.#dispatcher.close(),
      ...[...this.#workers].map(async (worker) => await this.#closeWorker(worker)),
    ]);
    await this.#messages.close();
  }

  #wake(): void {
    this.#dispatcher.wake();
    for (const attempt of this.#running) void attempt.renew();
  }

  async #dispatch(): Promise<void> {
    const { sql } = this.#postgres;
    // a marker that has to be set again tells that Redis lost its data while we were connected
    const lost = (await this.#redis.commands.set(`${this.#base.name}:queue-marker`, '1', 'NX')) !== null;
    if (lost || this.#areMessagesLost) {
      this.#areMessagesLost = false;
      await forgetDispatches(sql);
    }
    await recoverOrphans(sql, WORKER_DIED);
    for (;;) {
      const jobs = await takeDispatchable(sql, DISPATCH_BATCH);
      for (const job of jobs) await this.#tell(job);
      for (const { type } of jobs.filter(({ again }) => again)) this.#replaceDeafWorker(type);
      if (jobs.length < DISPATCH_BATCH) break;
    }
    const now = this.#base.clock.monotonicMs();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    await sweepJobs(sql);
  }

  async #tell(job: DispatchableJob): Promise<void> {
    try {
      await this.#messages.tell(job);
    } catch (error) {
      // neither this one nor those behind it were told
      this.#areMessagesLost = true;
      throw error;
    }
  }

  #startWorker(registration: Registration): void {
    const { job, concurrency } = registration;
    const connection = this.#redis.connect(`worker-${job.type}`);
    const hear = async ({ data }: { readonly data: Message }): Promise<void> => {
      worker.heardMs = this.#base.clock.monotonicMs();
      await this.#run(registration, data.id);
    };
    const bull = new BullWorker<Message>(job.type, hear, {
      connection,
      prefix: prefixOf(this.#base.name),
      concurrency,
    });
    bull.on('error', (error) => this.#base.log.debug({ err: error }, 'worker connection'));
    const worker = { registration, bull, connection, heardMs: this.#base.clock.monotonicMs() };
    this.#workers.add(worker);
  }

  /**
   * A connection that lies dead without having been closed (a router forgot it) is waited for without end by a worker that
   * fetches; one that is free, was told of jobs and heard nothing is given up.
   */
  #replaceDeafWorker(type: string): void {
    // the turn may have passed on while we looked; and those that finish their last job are still among the workers
    const worker = this.#working && [...this.#workers].findLast(({ registration }) => registration.job.type === type);
    if (!worker || this.#base.clock.monotonicMs() - worker.heardMs < LEASE_SECONDS * 1000) return;
    const busy = [...this.#running].filter((attempt) => attempt.type === type).length;
    if (busy >= worker.registration.concurrency) return;
    this.#base.log.warn({ job: type }, 'a worker hears nothing of its jobs; another one takes its place');
    this.#workers.delete(worker);
    worker.bull.close(true).catch((error: unknown) => this.#base.log.debug({ err: error }, 'worker connection'));
    endConnection(worker.connection);
    this.#startWorker(worker.registration);
  }

  async #run({ job, work }: Registration, id: string): Promise<void> {
    // fetched in the moment in which the turn passed on: the row is still queued, and the others look at it anew
    if (!this.#working) return;
    const attempt = await Attempt.claim<unknown, unknown>(
      { sql: this.#postgres.sql, definition: job, log: this.#base.log },
      id,
    );
    if (!attempt) return;
    this.#running.add(attempt);
    const { requestId = id, trace = {} } = attempt.context;
    try {
      await contextFromHeaders(
        trace,
        async () =>
          await inSpan(job.type, { kind: SpanKind.CONSUMER }, async () => {
            await withRequest({ requestId }, async () => await attempt.run(work));
          }),
      );
    } finally {
      this.#running.delete(attempt);
      this.#finished.inc({ job: job.type });
    }
  }
}

/**
 * Long work: a row in PostgreSQL, written with the rows that want it, is the truth; BullMQ in Redis tells workers when to
 * look and how many at a time. A Redis that loses everything loses no job; a worker that is killed loses its lease, and
 * the job is tried again from its checkpoint.
 */
export const openQueue = (base: Base, postgres: Postgres, redis: RedisConnections): JobQueue => {
  const queue = new PostgresQueue(base, postgres, redis);
  base.onClose('queue', async () => await queue.close());
  const jobs: JobQueue = {
    enqueue: async (sql, job, input) => {
      const id = newId();
      const context = { requestId: currentRequest()?.requestId ?? id, trace: currentTrace() };
      await insertJob(sql, { id, type: job.type, input: job.input.parse(input), maxAttempts: job.attempts, context });
      return id;
    },
    // a registration's work only ever gets input that its own job definition parsed
    work: (job, concurrency, work) =>
      queue.register({ job, concurrency, work: work as unknown as Work<unknown, unknown> }),
    start: () => queue.start(),
    read: async (id) => (await readJobs(postgres.sql, [id]))[0],
    readMany: async (ids) => await readJobs(postgres.sql, ids),
    cancel: async (id) => await queue.cancel(id),
    retry: async (id) => await retryFailedJob(postgres.sql, id),
    list: async (filter) => await listJobs(postgres.sql, filter),
    counts: async () => await queue.counts(),
  };
  base.showOperators({ queue: jobs });
  return jobs;
};
