/** How fast something may go: `perSecond` as a mean, `burst` at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket. Time is given by the caller, in milliseconds that never step back. */
export class Bucket {
  readonly #rate: Rate;
  #level: number;
  #at: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#level = rate.burst;
    this.#at = nowMs;
  }

  #fill(nowMs: number): void {
    const { perSecond, burst } = this.#rate;
    this.#level = Math.min(burst, this.#level + (Math.max(0, nowMs - this.#at) / 1000) * perSecond);
    this.#at = nowMs;
  }

  /** Takes `amount` if it is there. @returns 0, or the milliseconds after which it would be. */
  take(amount: number, nowMs: number): number {
    this.#fill(nowMs);
    if (this.#level < amount) return Math.ceil(((amount - this.#level) / this.#rate.perSecond) * 1000);
    this.#level -= amount;
    return 0;
  }

  /** Takes `amount` even if that is more than there is. @returns the milliseconds after which the debt is paid. */
  owe(amount: number, nowMs: number): number {
    this.#fill(nowMs);
    this.#level -= amount;
    return this.#level >= 0 ? 0 : Math.ceil((-this.#level / this.#rate.perSecond) * 1000);
  }
}
