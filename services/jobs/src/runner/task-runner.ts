import type { TaskDefinition } from '@authorworks/contracts';

/** One attempt at a run, as a runner starts it. */
export interface Launch {
  /** Unique for ever: a second start under the same name is the first one. Letters, digits and dashes, at most 63. */
  readonly name: string;
  readonly runId: string;
  readonly task: TaskDefinition;
  readonly input: unknown;
  /** What an earlier attempt has saved. */
  readonly checkpoint: unknown;
}

/**
 * How something ended.
 * - `done`: by itself, with a result.
 * - `failed`: by itself, with an error or an exit code.
 * - `memory`, `deadline`: it took more than it may.
 * - `evicted`: it was cut off by no fault of its own (its node was drained or died, the service was closed).
 * - `lost`: the runner does not know it (any more).
 * - `refused`: it could not be started, and will not be the next time either.
 */
export interface Ending {
  readonly kind: 'done' | 'failed' | 'memory' | 'deadline' | 'evicted' | 'lost' | 'refused';
  /** What the task has written about its end (tasks/protocol.ts), if it came so far. */
  readonly result?: string | undefined;
  /** For people. */
  readonly note?: string | undefined;
}

/** How an attempt is, as its runner sees it. */
export interface Sighting {
  readonly name: string;
  readonly node: string | null;
  /** What it waits for, where it does not run yet. */
  readonly note: string | null;
  /** undefined: it waits or runs. */
  readonly ending: Ending | undefined;
}

export interface LogPiece {
  /** Whole lines, each with its line break. */
  readonly text: string;
  /** To be given as `mark` the next time. */
  readonly mark: string;
  /** Lines between the mark given and this text are gone. */
  readonly skipped: boolean;
}

/** It cannot be started as it is, however often one tries. */
export class LaunchRefused extends Error {
  override readonly name = 'LaunchRefused';
}

/** Where tasks run. Rows are the truth; a runner is asked what there is, and told what there shall be. */
export interface TaskRunner {
  readonly kind: 'kubernetes' | 'process';
  /**
   * Starts an attempt; a repeat is harmless.
   * @throws LaunchRefused when it never will; anything else when it may go well the next time.
   */
  readonly start: (launch: Launch) => Promise<void>;
  /** Everything that the runner knows of, by name; what ended is known for a while. */
  readonly list: () => Promise<ReadonlyMap<string, Sighting>>;
  /** What an attempt has printed behind `mark`, as far as it is still to be had. */
  readonly readLog: (name: string, mark: string | null) => Promise<LogPiece>;
  /** Ends an attempt; it is gone from the list, or ended in it, soon after. */
  readonly stop: (name: string) => Promise<void>;
  /** What is left of an attempt whose end is written down is not needed any more. */
  readonly forget: (name: string) => Promise<void>;
  /** Tells when something has changed. Only a hint: whoever wants to know lists. */
  readonly onChange: (wake: () => void) => void;
  /** Ends what cannot live on without the service. */
  readonly close: () => Promise<void>;
}
