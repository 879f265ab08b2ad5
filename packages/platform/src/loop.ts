import type { Logger } from './log.ts';

/** After a failure the loop waits, so that a dead neighbour is not hammered. */
const FAILURE_WAIT_MS = 1_000;

/**
 * Background work that runs when woken and, as a safety net, every `everyMs`; never twice at a time. A failure is logged
 * once for a streak and the work tried again.
 */
export class Loop {
  readonly #name: string;
  readonly #everyMs: number;
  readonly #log: Logger;
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #woken = false;
  #closed = true;
  #failing = false;

  constructor(name: string, everyMs: number, log: Logger, work: () => Promise<void>) {
    this.#name = name;
    this.#everyMs = everyMs;
    this.#log = log;
    this.#work = work;
  }

  start(): void {
    this.#closed = false;
    this.wake();
  }

  wake(): void {
    if (this.#closed) return;
    if (this.#running) {
      this.#woken = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#closed) return;
      if (this.#woken && !this.#failing) {
        this.#woken = false;
        this.wake();
        return;
      }
      this.#woken = false;
      this.#timer = setTimeout(() => this.wake(), this.#failing ? FAILURE_WAIT_MS : this.#everyMs);
    });
  }

  /** Waits for a run that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#work();
      if (this.#failing) this.#log.info({ loop: this.#name }, 'works again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error, loop: this.#name }, 'failed; will be tried again');
      this.#failing = true;
    }
  }
}
