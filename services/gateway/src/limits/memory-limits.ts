import { type Bucket, PERIOD_MS, type Rate, takeFrom, tightest } from './buckets.ts';

const MAX_KEYS = 50_000;

/** Limits of this process alone, for when Redis is away. */
export class MemoryLimits {
  readonly #arrivals = new Map<string, number>();

  take(buckets: readonly Bucket[], nowMs: number): Rate | undefined {
    const rates = buckets.map(({ key, perMinute }) => ({
      key,
      ...takeFrom(perMinute, this.#arrivals.get(key), nowMs),
    }));
    const answer = tightest(rates);
    if (answer?.allowed) for (const { key, nextMs } of rates) this.#keep(key, nextMs, nowMs);
    return answer;
  }

  /**
   * Counts requests that were granted elsewhere, so that a caller does not begin anew when Redis goes away or comes back.
   * @returns how many of them may pass by what was counted here.
   */
  takeUpTo(buckets: readonly Bucket[], count: number, nowMs: number): number {
    const arrivals = buckets.map(({ key, perMinute }) => ({
      key,
      eachMs: PERIOD_MS / perMinute,
      arrivalMs: Math.max(this.#arrivals.get(key) ?? nowMs, nowMs),
    }));
    const free = arrivals.map(({ arrivalMs, eachMs }) => Math.floor((PERIOD_MS - arrivalMs + nowMs) / eachMs + 1e-6));
    const taken = Math.max(0, Math.min(count, ...free));
    if (taken > 0)
      for (const { key, arrivalMs, eachMs } of arrivals) this.#keep(key, arrivalMs + taken * eachMs, nowMs);
    return taken;
  }

  #keep(key: string, nextMs: number, nowMs: number): void {
    if (this.#arrivals.size >= MAX_KEYS) this.#forget(nowMs);
    this.#arrivals.set(key, nextMs);
  }

  #forget(nowMs: number): void {
    for (const [key, arrivalMs] of this.#arrivals) if (arrivalMs <= nowMs) this.#arrivals.delete(key);
    // a flood from more addresses than we can remember: better to forget than to grow
    if (this.#arrivals.size >= MAX_KEYS) this.#arrivals.clear();
  }
}
