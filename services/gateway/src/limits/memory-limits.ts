import { type Bucket, type Rate, takeFrom, tightest } from './buckets.ts';

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
