import type { Sample } from './exposition.ts';

/** What people were answered in some time. */
export interface Traffic {
  readonly requests: number;
  /** Answers 5xx. */
  readonly errors: number;
  /** By upper bound in seconds: how many took at most so long. */
  readonly atMost: ReadonlyMap<number, number>;
}

/** Counters of one pod since it was started. */
export type Counters = ReadonlyMap<string, number>;

const COUNT = 'http_request_duration_seconds_count';
const BUCKET = 'http_request_duration_seconds_bucket';

/** Kubernetes and Prometheus ask services other than web where no route has a name; people do not. */
const isOfPeople = ({ labels }: Sample): boolean => labels['route'] !== 'none' || labels['service'] === 'web';

/** The counters of the answers to people in a pod's metrics. */
export const countersOf = (samples: readonly Sample[]): Counters => {
  const counters = new Map<string, number>();
  const add = (key: string, value: number): void => void counters.set(key, (counters.get(key) ?? 0) + value);
  for (const sample of samples) {
    if (!isOfPeople(sample)) continue;
    const { name, labels, value } = sample;
    if (name === BUCKET) add(`atMost ${labels['le'] === '+Inf' ? 'Infinity' : labels['le']}`, value);
    if (name !== COUNT) continue;
    add('requests', value);
    if (labels['status']?.startsWith('5')) add('errors', value);
  }
  return counters;
};

/** What was counted between two looks, by pod. A pod that was not there before, or began anew, counts from nothing. */
export const trafficBetween = (
  before: ReadonlyMap<string, Counters>,
  after: ReadonlyMap<string, Counters>,
): Traffic => {
  const sum = new Map<string, number>();
  for (const [pod, counters] of after) {
    const earlier = before.get(pod);
    const isAnew = (earlier?.get('requests') ?? 0) > (counters.get('requests') ?? 0);
    for (const [key, value] of counters)
      sum.set(key, (sum.get(key) ?? 0) + value - (isAnew ? 0 : (earlier?.get(key) ?? 0)));
  }
  const atMost = [...sum]
    .filter(([key]) => key.startsWith('atMost '))
    .map(([key, value]) => [Number(key.slice('atMost '.length)), value] as const)
    .toSorted(([a], [b]) => a - b);
  return { requests: sum.get('requests') ?? 0, errors: sum.get('errors') ?? 0, atMost: new Map(atMost) };
};

/** A quantile in milliseconds, as Prometheus estimates it: evenly spread within a bucket. undefined without requests. */
export const quantileMs = (share: number, { atMost }: Traffic): number | undefined => {
  const total = Math.max(0, ...atMost.values());
  if (total === 0) return undefined;
  const rank = share * total;
  let [lower, below] = [0, 0];
  for (const [upper, count] of atMost) {
    if (count >= rank) {
      if (upper === Number.POSITIVE_INFINITY) return lower * 1000;
      const inside = count - below;
      return 1000 * (lower + (upper - lower) * (inside === 0 ? 1 : (rank - below) / inside));
    }
    [lower, below] = [upper, count];
  }
  return lower * 1000;
};

export interface Limits {
  /** Of the answers of the new house, in percent. */
  readonly maxErrorPercent: number;
  /** 95 of 100 answers are faster, in milliseconds; or at most twice as slow as those of the old house. */
  readonly maxP95Ms: number;
  /** Below this the metrics say nothing; our own probes still do. */
  readonly minRequests: number;
}

const SLOWER_THAN_BEFORE = 2;

/** @returns what is wrong with the new house, in words; undefined when nothing is. */
export const judge = (traffic: Traffic, old: Traffic | undefined, limits: Limits): string | undefined => {
  const { requests, errors } = traffic;
  if (requests < limits.minRequests) return undefined;
  const percent = (100 * errors) / requests;
  if (percent > limits.maxErrorPercent)
    return `${errors} of ${requests} answers were errors (${percent.toFixed(1)} %, at most ${limits.maxErrorPercent} %)`;
  const p95 = quantileMs(0.95, traffic) ?? 0;
  if (p95 <= limits.maxP95Ms) return undefined;
  const before = old && old.requests >= limits.minRequests ? quantileMs(0.95, old) : undefined;
  // the whole house is slow: that is not for the version to answer for
  if (before !== undefined && p95 <= SLOWER_THAN_BEFORE * before) return undefined;
  return `95 of 100 answers took up to ${Math.round(p95)} ms (at most ${limits.maxP95Ms} ms${before === undefined ? '' : `; the old house: ${Math.round(before)} ms`})`;
};
