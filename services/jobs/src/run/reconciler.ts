import type { TaskDefinition } from '@authorworks/contracts';
import { type Base, gauge, Loop, newId } from '@authorworks/platform';
import type { Postgres, Sql } from '@authorworks/platform/postgres';
import { type Ending, LaunchRefused, type Sighting, type TaskRunner } from '../runner/task-runner.ts';
import type { TaskTable } from '../task/task-table.ts';
import { readOutput } from '../tasks/protocol.ts';
import { listOpenAttempts, noteSighting, type OpenAttempt, openAttempts } from './attempt-store.ts';
import { attemptName } from './attempt-name.ts';
import { dropLease, holdLease } from './lease-store.ts';
import { appendLog } from './log-store.ts';
import { judge } from './run-policy.ts';
import { saveProgress, settle, sweepRuns } from './run-store.ts';

/** A safety net for missed hints, and how often logs and progress are read. */
const LOOK_MS = 2_000;
const LEASE = 'runs';
const SWEEP_EVERY_MS = 60 * 60_000;
/** Reading a log goes on while there is more, but not for ever: others wait. */
const MOST_PIECES = 50;

export interface Reconciler {
  /** Begins to start and watch runs; ends with the service, or when it is the other house's turn. */
  readonly start: () => void;
  /** There may be something to do. */
  readonly wake: () => void;
}

interface Parts {
  readonly base: Base;
  readonly postgres: Postgres;
  readonly runner: TaskRunner;
  readonly tasks: TaskTable;
  readonly concurrentRuns: number;
}

const CLOSING: Ending = { kind: 'evicted', note: 'the service was closed' };
const UNKNOWN: Ending = { kind: 'lost', note: 'nothing is known of it any more' };

/**
 * Compares what the rows say with what there is, again and again, and brings the two together: starts what is due, watches
 * what runs, writes down what ended, ends what nobody wants. It keeps nothing in memory that a restart could lose.
 */
class RunReconciler implements Reconciler {
  readonly #parts: Parts;
  readonly #sql: Sql;
  readonly #holder = newId();
  readonly #loop: Loop;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #open = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#sql = parts.postgres.sql;
    this.#loop = new Loop('runs', LOOK_MS, parts.base.log, async () => await this.#reconcile());
    gauge(parts.base.metrics, 'jobs_runs_open', 'Runs under way', { read: () => this.#open });
  }

  start(): void {
    const { base, postgres, runner } = this.#parts;
    postgres.notifications.on(`${postgres.schema}_run`, () => this.wake());
    runner.onChange(() => this.wake());
    base.duty.whileWorking({ start: () => this.#loop.start(), stop: async () => await this.#stop() });
    base.onClose('runs', async () => {
      await this.#stop();
      await this.#close();
    });
  }

  wake(): void {
    this.#loop.wake();
  }

  /** What runs in the cluster goes on; the next one to look finds it. */
  async #stop(): Promise<void> {
    await this.#loop.close();
    await dropLease(this.#sql, LEASE, this.#holder).catch(() => undefined);
  }

  /** What cannot live on is told apart from what failed: it is tried again, and loses no try. */
  async #close(): Promise<void> {
    const { runner, base } = this.#parts;
    const before = await this.#attempts().catch(() => []);
    const running = runner.kind === 'process' ? await runner.list() : new Map<string, Sighting>();
    await runner.close();
    for (const attempt of before) {
      const seen = running.get(attemptName(attempt));
      if (!seen) continue;
      await this.#collect(attempt);
      await this.#end(attempt, seen.ending ?? CLOSING).catch((error: unknown) =>
        base.log.debug({ err: error, runId: attempt.runId }, 'the end was not written down'),
      );
    }
  }

  async #attempts(): Promise<OpenAttempt[]> {
    const attempts = await listOpenAttempts(this.#sql);
    this.#open = attempts.length;
    return attempts;
  }

  async #reconcile(): Promise<void> {
    if (!(await holdLease(this.#sql, LEASE, this.#holder))) return;
    const attempts = await this.#attempts();
    const seen = await this.#parts.runner.list();
    for (const attempt of attempts) await this.#safely(attempt, async () => await this.#bring(attempt, seen));
    await this.#endStrays(attempts, seen);
    const free = this.#parts.concurrentRuns - (await this.#attempts()).length;
    if (free > 0) {
      for (const attempt of await openAttempts(this.#sql, free))
        await this.#safely(attempt, async () => await this.#launch(attempt));
    }
    await this.#sweep();
  }

  /** One that cannot be brought on now must not hold up the others. */
  async #safely({ runId, number }: OpenAttempt, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.base.log.warn({ err: error, runId, attempt: number }, 'a run cannot be brought on now');
    }
  }

  async #bring(attempt: OpenAttempt, all: ReadonlyMap<string, Sighting>): Promise<void> {
    const name = attemptName(attempt);
    const seen = all.get(name);
    if (!seen) {
      if (attempt.cancelWanted) return await this.#end(attempt, UNKNOWN);
      // its start may not have come so far; a start that had is not repeated by this
      return attempt.status === 'starting' ? await this.#launch(attempt) : await this.#end(attempt, UNKNOWN);
    }
    if (attempt.cancelWanted && !seen.ending) {
      await this.#collect(attempt);
      return await this.#parts.runner.stop(name);
    }
    await this.#collect(attempt);
    if (seen.ending) {
      await this.#end(attempt, seen.ending);
      return await this.#parts.runner.forget(name);
    }
    if (attempt.status !== 'running' || attempt.node !== seen.node || attempt.note !== seen.note)
      await noteSighting(this.#sql, attempt, seen);
  }

  async #launch(attempt: OpenAttempt): Promise<void> {
    const { runner, tasks, base } = this.#parts;
    const { runId, input, checkpoint } = attempt;
    const task = tasks.find(attempt.task);
    if (!task) return await this.#end(attempt, { kind: 'refused', note: `there is no task ${attempt.task} any more` });
    try {
      await runner.start({ name: attemptName(attempt), runId, task, input, checkpoint });
      base.log.info({ runId, task: task.type, attempt: attempt.number }, 'started');
    } catch (error) {
      if (!(error instanceof LaunchRefused)) throw error;
      await this.#end(attempt, { kind: 'refused', note: error.message });
    }
  }

  /** The log of a node that died cannot be had, and must not keep the end of what ran there from being written down. */
  async #collect(attempt: OpenAttempt): Promise<void> {
    try {
      await this.#readOn(attempt);
    } catch (error) {
      const { runId, number } = attempt;
      this.#parts.base.log.warn({ err: error, runId, attempt: number }, 'the log cannot be read now');
    }
  }

  /** Reads on in the log: what is for people is kept, what is for us is obeyed. */
  async #readOn(attempt: OpenAttempt): Promise<void> {
    let mark = attempt.logMark;
    for (let pieces = 0; pieces < MOST_PIECES; pieces += 1) {
      const piece = await this.#parts.runner.readLog(attemptName(attempt), mark);
      if (piece.mark === mark) return;
      const { log, told } = readOutput(piece.text);
      await appendLog(this.#sql, attempt, { ...piece, text: log });
      const last = <K extends keyof (typeof told)[number]>(key: K) =>
        told.findLast((one) => one[key] !== undefined)?.[key];
      if (told.length > 0)
        await saveProgress(this.#sql, attempt.runId, {
          progress: last('progress'),
          note: last('note'),
          checkpoint: last('checkpoint'),
        });
      mark = piece.mark;
    }
  }

  async #end(attempt: OpenAttempt, ending: Ending): Promise<void> {
    const { tasks, base } = this.#parts;
    const task: TaskDefinition | undefined = tasks.find(attempt.task);
    const verdict = judge(ending, attempt, (output) => task?.output.safeParse(output).success ?? true);
    if (!(await settle(this.#sql, attempt, verdict))) return;
    const { runId, number } = attempt;
    const level = verdict.run === 'failed' ? 'error' : verdict.run === 'succeeded' ? 'info' : 'warn';
    base.log[level]({ runId, task: attempt.task, attempt: number, ending: ending.kind, run: verdict.run }, 'ended');
    if (verdict.output !== null) tasks.report(attempt.task, verdict.output);
  }

  /** What runs and belongs to no attempt that is under way: its row was given up, or is from before a restored backup. */
  async #endStrays(attempts: readonly OpenAttempt[], seen: ReadonlyMap<string, Sighting>): Promise<void> {
    const wanted = new Set(attempts.map(attemptName));
    for (const { name, ending } of seen.values()) {
      if (wanted.has(name) || ending) continue;
      this.#parts.base.log.warn({ name }, 'runs although nobody wants it; it is ended');
      await this.#parts.runner.stop(name);
    }
  }

  async #sweep(): Promise<void> {
    const now = this.#parts.base.clock.monotonicMs();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    await sweepRuns(this.#sql);
  }
}

export const openReconciler = (parts: Parts): Reconciler => new RunReconciler(parts);
