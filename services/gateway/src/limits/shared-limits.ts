import type { Logger } from '@authorworks/platform';
import type { Redis } from '@authorworks/platform/redis';
import { type Bucket, PERIOD_MS, type Rate } from './buckets.ts';
import { MemoryLimits } from './memory-limits.ts';

/**
 * The same algorithm as in buckets.ts, for all limits of a request and the revocation of its session in one round trip,
 * by Redis's own clock, so that gateways with different clocks agree. Several requests may be taken at once (a lease),
 * but never more than a twentieth of what is left.
 * KEYS: one for each limit, and at the end one of a revoked session or ''. ARGV: how many are wanted, the limits per minute.
 * Returns granted (0: refused), revoked, limit, remaining, reset in ms, retry in ms.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local period = ${PERIOD_MS}
local tight, least, granted = nil, nil, tonumber(ARGV[1])
local arrivals = {}
for i = 2, #ARGV do
  local each = period / tonumber(ARGV[i])
  local arrival = math.max(tonumber(redis.call('GET', KEYS[i - 1]) or now), now)
  arrivals[i] = arrival
  local free = (period - (arrival - now)) / each
  if least == nil or free < least then tight, least = i, free end
end
local revoked = 0
local session = KEYS[#ARGV]
if session ~= '' then revoked = redis.call('EXISTS', session) end
if tight == nil then return { 1, revoked, 0, 0, 0, 0 } end
if least + 1e-6 < 1 then granted = 0 else granted = math.max(1, math.min(granted, math.floor(least / 20))) end
if granted > 0 then
  for i = 2, #ARGV do
    local nextAt = arrivals[i] + granted * period / tonumber(ARGV[i])
    redis.call('SET', KEYS[i - 1], string.format('%.3f', nextAt), 'PX', math.ceil(nextAt - now) + 1000)
  end
end
local limit = tonumber(ARGV[tight])
local each = period / limit
local used = arrivals[tight] - now + granted * each
local retry = 0
if granted == 0 then retry = math.ceil((1 - least) * each) end
return { granted, revoked, limit, math.max(0, math.floor(least - granted + 1e-6)), math.ceil(used), retry }
`;

/** A request waits for Redis no longer than this; then it is counted here. */
const PATIENCE_MS = 250;
/** After Redis failed to answer it is left alone for this long. */
const REST_MS = 1_000;

export interface Taken {
  readonly rate: Rate | undefined;
  readonly revoked: boolean;
}

/** A caller who comes often is given some requests at once, to be used in this time; also how late a revocation may be seen. */
const LEASE_MS = 1_000;
const MAX_LEASE = 32;
const MAX_LEASES = 10_000;
/** With fewer requests left, none is taken that may not be used. */
const PLENTY = 20;

/** Requests of one caller that were taken from the shared limit already. */
interface Lease {
  readonly rate: Rate;
  readonly untilMs: number;
  /** How many were asked for; twice as many the next time if that is soon, else one again. */
  readonly size: number;
  left: number;
}

type Answer = [granted: number, revoked: number, limit: number, remaining: number, resetMs: number, retryMs: number];
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
  readonly #leases = new Map<string, Lease>();
  readonly #asking = new Map<string, Promise<Taken | undefined>>();
  #restUntilMs = 0;
  #away = false;

  constructor(redis: Redis, log: Logger) {
    redis.defineCommand('takeLimits', { lua: SCRIPT });
    this.#redis = redis as Scripted;
    this.#log = log;
  }

  async take(buckets: readonly Bucket[], revokedKey: string | undefined): Promise<Taken> {
    const id = `${buckets.map(({ key }) => key).join(' ')} ${revokedKey ?? ''}`;
    for (;;) {
      const lease = this.#leaseOf(id);
      if (lease && lease.left > 0) {
        lease.left -= 1;
        // the next one is fetched before this one ends, so that nobody waits for it
        if (lease.size > 1 && lease.left < lease.size / 2 && lease.rate.remaining >= PLENTY && !this.#asking.has(id))
          void this.#start(id, buckets, revokedKey);
        return { rate: { ...lease.rate, remaining: lease.rate.remaining + lease.left }, revoked: false };
      }
      // of many at the same time of one caller one asks, and the others look what it got
      const asked = this.#asking.get(id);
      const refused = asked ? void (await asked) : await this.#start(id, buckets, revokedKey);
      if (refused) return refused;
    }
  }

  #leaseOf(id: string): Lease | undefined {
    const lease = this.#leases.get(id);
    return lease && performance.now() <= lease.untilMs ? lease : undefined;
  }

  async #start(id: string, buckets: readonly Bucket[], revokedKey: string | undefined): Promise<Taken | undefined> {
    const asking = this.#renew(id, buckets, revokedKey).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return await asking;
  }

  /** @returns what refuses the caller, or is decided without Redis; undefined when there is a lease now. */
  async #renew(id: string, buckets: readonly Bucket[], revokedKey: string | undefined): Promise<Taken | undefined> {
    const now = performance.now();
    if (this.#redis.status !== 'ready' || now < this.#restUntilMs) {
      this.#missed(new Error(`the connection is ${this.#redis.status}`));
      return this.#takeHere(buckets, now);
    }
    const last = this.#leaseOf(id);
    const wanted = last ? Math.min(last.size * 2, MAX_LEASE) : 1;
    try {
      const keys = [...buckets.map(({ key }) => key), revokedKey ?? ''];
      const asked = this.#redis.takeLimits(keys.length, ...keys, wanted, ...buckets.map(({ perMinute }) => perMinute));
      const [granted, revoked, limit, remaining, resetMs, retryMs] = await within(asked, PATIENCE_MS);
      this.#heard();
      const rate = { allowed: granted > 0, limit, remaining, resetMs, retryMs };
      if (revoked === 1) this.#leases.delete(id);
      if (granted === 0 || revoked === 1) return { rate, revoked: revoked === 1 };
      if (this.#leases.size >= MAX_LEASES) this.#leases.clear();
      const taken = this.#memory.takeUpTo(buckets, granted, performance.now());
      if (taken === 0) return this.#takeHere(buckets, performance.now());
      const left = (this.#leaseOf(id)?.left ?? 0) + taken;
      this.#leases.set(id, { rate, left, size: wanted, untilMs: performance.now() + LEASE_MS });
      return undefined;
    } catch (error) {
      this.#restUntilMs = performance.now() + REST_MS;
      this.#missed(error);
      return this.#takeHere(buckets, now);
    }
  }

  #takeHere(buckets: readonly Bucket[], now: number): Taken {
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
