/** Failures in a row after which a service is given a rest. */
const OPEN_AFTER = 5;
/** The first rest, and the longest: each failed probe doubles it. */
const REST_MS = 1_000;
const MAX_REST_MS = 15_000;

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Spares a service that does not answer, and its callers the wait. Only silence counts as failure (no connection, no
 * answer in time): a service that answers with an error is there.
 */
export class Breaker {
  readonly #now: () => number;
  #failures = 0;
  #restMs = REST_MS;
  #openUntil = 0;
  #probing = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  get state(): BreakerState {
    if (this.#failures < OPEN_AFTER) return 'closed';
    return this.#probing || this.#now() >= this.#openUntil ? 'half-open' : 'open';
  }

  /** Seconds until a try makes sense again. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.#openUntil - this.#now()) / 1000));
  }

  /** @returns whether a request may go to the service; after a rest, one at a time. */
  admits(): boolean {
    if (this.#failures < OPEN_AFTER) return true;
    if (this.#probing || this.#now() < this.#openUntil) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = REST_MS;
    this.#probing = false;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures < OPEN_AFTER) return;
    // those that were under way when it opened must not prolong the rest
    if (!this.#probing && this.#now() < this.#openUntil) return;
    this.#openUntil = this.#now() + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, MAX_REST_MS);
    this.#probing = false;
  }

  /** A request ended without telling anything about the service, e.g. because its caller went away. */
  ended(): void {
    this.#probing = false;
  }
}
