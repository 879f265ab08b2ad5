import type { Logger } from '@authorworks/platform';
import type { Redis } from '@authorworks/platform/redis';
import { type Bucket, PERIOD_MS, type Rate } from './buckets.ts';
import { MemoryLimits } from './memory-limits.ts';

/**
 * The same algorithm as in buckets.ts, for all limits of a request and the revocation of its session in one round trip,
 * by Redis's own clock, so that gateways with different clocks agree.
 * KEYS: one for each limit, and at the end one of a revoked session or ''. ARGV: the limits per minute.
 * Returns allowed, revoked, limit, remaining, reset in ms, retry in ms.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local period = ${PERIOD_MS}
local best, allowed = nil, true
local nexts = {}
for i = 1, #ARGV do
  local limit = tonumber(ARGV[i])
  local each = period / limit
  local arrival = tonumber(redis.call('GET', KEYS[i]) or now)
  local nextAt = math.max(arrival, now) + each
  nexts[i] = nextAt
  local retry = math.max(0, nextAt - period - now)
  local used = nextAt - now
  if retry > 0 then used = used - each end
  local remaining = math.max(0, math.floor((period - used) / each + 1e-6))
  local better = best == nil
  if best then
    if (retry > 0) ~= (best[4] > 0) then better = retry > 0
    elseif retry > 0 then better = retry > best[4]
    else better = remaining < best[2] end
  end
  if better then best = { limit, remaining, used, retry } end
  if retry > 0 then allowed = false end
end
if allowed then
  for i = 1, #ARGV do redis.call('SET', KEYS[i], string.format('%.3f', nexts[i]), 'PX', math.ceil(nexts[i] - now) + 1000) end
end
local revoked = 0
local session = KEYS[#ARGV + 1]
if session ~= '' then revoked = redis.call('EXISTS', session) end
best = best or { 0, 0, 0, 0 }
return { allowed and 1 or 0, revoked, best[1], best[2], math.ceil(best[3]), math.ceil(best[4]) }
`;

/** A request waits for Redis no longer than this; then it is counted here. */
const PATIENCE_MS = 250;
/** After Redis failed to answer it is left alone for this long. */
const REST_MS = 1_000;

export interface Taken {
  readonly rate: Rate | undefined;
  readonly revoked: boolean;
}

type Answer = [allowed: number, revoked: number, limit: number, remaining: number, resetMs: number, retryMs: number];
type Scripted = Redis & { readonly takeLimits: (keys: number, ...rest: (string | number)[]) => Promise<Answer> };

const within = async <T>(work: Promise<T>, milliseconds: number): Promise<T> =>
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** Limits that all gateways share in Redis. While Redis is away each counts by itself, and revocations wait for expiry. */
export class SharedLimits {
  readonly #redis: Scripted;
  readonly #log: Logger;
  readonly #memory = new MemoryLimits();
  #restUntilMs = 0;
  #away = false;

  constructor(redis: Redis, log: Logger) {
    redis.defineCommand('takeLimits', { lua: SCRIPT });
    this.#redis = redis as Scripted;
    this.#log = log;
  }

  async take(buckets: readonly Bucket[], revokedKey: string | undefined): Promise<Taken> {
    const now = performance.now();
    if (this.#redis.status !== 'ready' || now < this.#restUntilMs) return this.#takeHere(buckets, now);
    try {
      const keys = [...buckets.map(({ key }) => key), revokedKey ?? ''];
      const asked = this.#redis.takeLimits(keys.length, ...keys, ...buckets.map(({ perMinute }) => perMinute));
      const [allowed, revoked, limit, remaining, resetMs, retryMs] = await within(asked, PATIENCE_MS);
      this.#heard();
      const rate = { allowed: allowed === 1, limit, remaining, resetMs, retryMs };
      return { rate: buckets.length > 0 ? rate : undefined, revoked: revoked === 1 };
    } catch (error) {
      this.#restUntilMs = performance.now() + REST_MS;
      this.#missed(error);
      return this.#takeHere(buckets, now);
    }
  }

  #takeHere(buckets: readonly Bucket[], now: number): Taken {
    if (!this.#away) this.#missed(new Error(`the connection is ${this.#redis.status}`));
    return { rate: this.#memory.take(buckets, now), revoked: false };
  }

  #missed(error: unknown): void {
    if (!this.#away) this.#log.warn({ err: error }, 'Redis is away: limits are counted here, revocations not seen');
    this.#away = true;
  }

  #heard(): void {
    if (this.#away) this.#log.info('limits are shared again');
    this.#away = false;
  }
}
