import { type JobDefinition, platformErrors } from '@authorworks/contracts';
import { AppError, translateError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Logger } from '../log.ts';
import type { Sql } from '../postgres/index.ts';
import {
  claimJob,
  type HeldJob,
  type ClaimedJob,
  endJob,
  LEASE_SECONDS,
  renewLease,
  retryLater,
  saveCheckpoint,
  saveProgress,
  succeedJob,
} from './job-store.ts';

/** What a worker gets for one attempt at a job. */
export interface RunningJob<Input> {
  readonly id: string;
  readonly input: Input;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Fires on cancellation, on the job's deadline, when the lease is lost, and when the service is to stop. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** What an earlier attempt saved, so that a killed worker's job goes on where it was. */
  readonly checkpoint: unknown;
  readonly saveCheckpoint: (checkpoint: unknown) => Promise<void>;
  /** Reports progress from 0 to 100; written at most twice a second. */
  readonly progress: (percent: number) => void;
}

export type Work<Input, Output> = (job: RunningJob<Input>) => Promise<Output>;

/** Why an attempt was ended from outside. */
class Stopped extends Error {
  readonly reason: 'cancelled' | 'timeout' | 'lease-lost' | 'closing';
  constructor(reason: Stopped['reason']) {
    super(`the job was stopped: ${reason}`);
    this.reason = reason;
  }
}

const LEASE_MS = LEASE_SECONDS * 1000;
const RENEW_MS = LEASE_MS / 3;
/** A worker that could not renew its lease stops this much before the others may take the job. */
const LEASE_MARGIN_MS = 3_000;
/** Between two tries to write down how an attempt ended. */
const WRITE_AGAIN_MS = 500;
const PROGRESS_MS = 500;
/** Waits before the second, third, … attempt, in seconds. */
const RETRY_WAITS_SECONDS = [2, 15, 60];

/** Where an attempt's job comes from. */
export interface Source {
  readonly sql: Sql;
  readonly definition: JobDefinition;
  readonly log: Logger;
}

/** Cancellation and leases of the jobs that this process runs. */
export class Attempt<Input, Output> {
  readonly #sql: Sql;
  readonly #job: ClaimedJob;
  readonly #definition: JobDefinition;
  readonly #held: HeldJob;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #progress = { saved: 0, wanted: 0 };
  #expiry: NodeJS.Timeout | undefined;

  private constructor(source: Source, job: ClaimedJob, held: HeldJob) {
    this.#sql = source.sql;
    this.#job = job;
    this.#definition = source.definition;
    this.#held = held;
    this.#log = source.log.child({ job: job.type, jobId: job.id, attempt: job.attempts });
  }

  /** @returns undefined when another worker has the job, or it was cancelled or done meanwhile. */
  static async claim<Input, Output>(source: Source, id: string): Promise<Attempt<Input, Output> | undefined> {
    const lease = newId();
    const job = await claimJob(source.sql, id, lease);
    return job ? new Attempt<Input, Output>(source, job, { id, lease }) : undefined;
  }

  get context(): ClaimedJob['context'] {
    return this.#job.context;
  }

  get type(): string {
    return this.#job.type;
  }

  /** The service is to stop: the attempt ends now and is made again elsewhere. */
  close(): void {
    this.#stop.abort(new Stopped('closing'));
  }

  /** Looks whether the job was cancelled or taken away. */
  async renew(): Promise<void> {
    // the lease counts from before we asked, however long PostgreSQL took to answer
    const asked = performance.now();
    try {
      const lease = await renewLease(this.#sql, this.#held);
      if (!lease) this.#stop.abort(new Stopped('lease-lost'));
      else if (lease.cancelWanted) this.#stop.abort(new Stopped('cancelled'));
      else this.#expireAfter(LEASE_MS - (performance.now() - asked));
    } catch (error) {
      this.#log.warn({ err: error }, 'the lease could not be renewed now');
    }
  }

  /** Without a renewal the job is somebody else's after `milliseconds`: two workers must never run it at a time. */
  #expireAfter(milliseconds: number): void {
    clearTimeout(this.#expiry);
    if (this.#stop.signal.aborted) return;
    this.#expiry = setTimeout(() => this.#stop.abort(new Stopped('lease-lost')), milliseconds - LEASE_MARGIN_MS);
  }

  async run(work: Work<Input, Output>): Promise<void> {
    this.#expireAfter(LEASE_MS);
    const renewal = setInterval(() => void this.renew(), RENEW_MS);
    const progress = setInterval(() => void this.#writeProgress(), PROGRESS_MS);
    const deadline = setTimeout(() => this.#stop.abort(new Stopped('timeout')), this.#definition.timeoutMs);
    try {
      const output = await this.#untilStopped(work);
      await this.#write(async () => void (await succeedJob(this.#sql, this.#held, output)));
    } catch (error) {
      await this.#write(async () => await this.#failed(error));
    } finally {
      clearTimeout(this.#expiry);
      clearInterval(renewal);
      clearInterval(progress);
      clearTimeout(deadline);
    }
  }

  /** How an attempt ended is written while its lease holds, also over a restart of PostgreSQL: its work is not lost. */
  async #write(end: () => Promise<void>): Promise<void> {
    const until = performance.now() + LEASE_MS;
    for (;;) {
      try {
        await end();
        return;
      } catch (error) {
        const away = translateError(error).definition === platformErrors.databaseUnavailable;
        if (!away || performance.now() > until) throw error;
        this.#log.warn({ err: error }, 'the end of the job could not be written; trying again');
        await new Promise((resolve) => setTimeout(resolve, WRITE_AGAIN_MS));
      }
    }
  }

  /** A handler that ignores its signal must not hold the worker: the attempt is over when it is stopped. */
  async #untilStopped(work: Work<Input, Output>): Promise<Output> {
    const { signal } = this.#stop;
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return await Promise.race([this.#work(work), stopped]);
  }

  async #work(work: Work<Input, Output>): Promise<Output> {
    return await work({
      id: this.#job.id,
      input: this.#definition.input.parse(this.#job.input) as Input,
      attempt: this.#job.attempts,
      signal: this.#stop.signal,
      log: this.#log,
      checkpoint: this.#job.checkpoint,
      saveCheckpoint: async (checkpoint) => await saveCheckpoint(this.#sql, this.#held, checkpoint),
      progress: (percent) => {
        this.#progress.wanted = Math.max(0, Math.min(100, percent));
      },
    });
  }

  async #writeProgress(): Promise<void> {
    const { saved, wanted } = this.#progress;
    if (saved === wanted) return;
    this.#progress.saved = wanted;
    await saveProgress(this.#sql, this.#held, wanted).catch((error: unknown) =>
      this.#log.debug({ err: error }, 'progress not written'),
    );
  }

  async #failed(error: unknown): Promise<void> {
    const { attempts, max_attempts } = this.#job;
    const reason = this.#stop.signal.aborted ? (this.#stop.signal.reason as Stopped).reason : undefined;
    if (reason === 'lease-lost') return;
    if (reason === 'cancelled') return await endJob(this.#sql, this.#held, 'cancelled', null);
    if (reason === 'closing') return await retryLater(this.#sql, this.#held, 0);
    const { definition, message } = translateError(error);
    // a refusal will be one the next time as well
    const final = (error instanceof AppError && definition.status < 500) || attempts >= max_attempts;
    this.#log[final ? 'error' : 'warn']({ err: error, final }, 'job failed');
    if (!final) return await retryLater(this.#sql, this.#held, RETRY_WAITS_SECONDS[attempts - 1] ?? 60);
    const told =
      reason === 'timeout'
        ? { code: platformErrors.neighbourTimeout.code, message: 'This took too long and was stopped.' }
        : { code: definition.code, message };
    await endJob(this.#sql, this.#held, 'failed', told);
  }
}
