/** Time as an argument, so that tests can move it. Instants are UTC; durations come from `monotonicMs`. */
export interface Clock {
  readonly now: () => Date;
  /** Milliseconds that never step back when the wall clock is set. */
  readonly monotonicMs: () => number;
}

export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };
