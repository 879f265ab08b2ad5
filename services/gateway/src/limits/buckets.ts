/** One limit that a request is counted by: `perMinute` at once, and then that many a minute. */
export interface Bucket {
  readonly key: string;
  readonly perMinute: number;
}

/** How a request stands to its tightest limit. */
export interface Rate {
  readonly allowed: boolean;
  readonly limit: number;
  /** Requests left at this moment. */
  readonly remaining: number;
  /** Milliseconds until all are there again. */
  readonly resetMs: number;
  /** Milliseconds until the next is taken; 0 when this one was. */
  readonly retryMs: number;
}

export const PERIOD_MS = 60_000;

/**
 * The generic cell rate algorithm: a limit is one instant, at which all its requests would be used up again ("theoretical
 * arrival time"). Exact, without the double rate at the edge of a window that counting by the minute allows.
 * @returns the rate, and the instant to keep if the request goes through.
 */
export const takeFrom = (
  perMinute: number,
  arrivalMs: number | undefined,
  nowMs: number,
): Rate & { nextMs: number } => {
  const eachMs = PERIOD_MS / perMinute;
  const nextMs = Math.max(arrivalMs ?? nowMs, nowMs) + eachMs;
  const retryMs = Math.max(0, nextMs - PERIOD_MS - nowMs);
  const allowed = retryMs === 0;
  const usedMs = nextMs - nowMs - (allowed ? 0 : eachMs);
  return {
    allowed,
    limit: perMinute,
    remaining: Math.max(0, Math.floor((PERIOD_MS - usedMs) / eachMs + 1e-6)),
    resetMs: usedMs,
    retryMs,
    nextMs,
  };
};

/** The one that matters to the caller: what refused, else what has least left. */
export const tightest = <R extends Rate>(rates: readonly R[]): R | undefined =>
  rates.reduce<R | undefined>((best, rate) => {
    if (!best) return rate;
    if (best.allowed !== rate.allowed) return best.allowed ? rate : best;
    if (!rate.allowed) return rate.retryMs > best.retryMs ? rate : best;
    return rate.remaining < best.remaining ? rate : best;
  }, undefined);
