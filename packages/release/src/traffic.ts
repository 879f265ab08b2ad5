import type { ServiceName } from '@authorworks/contracts';
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

/** Of each service's own: one that answers quickly and often must not hide another that does neither. */
export type TrafficOfServices = ReadonlyMap<ServiceName, Traffic>;

/** What the pods of a house have counted when somebody looked, by name. */
export type Look = ReadonlyMap<string, { readonly service: ServiceName; readonly counters: Counters }>;

const COUNT = 'http_request_duration_seconds_count';
const BUCKET = 'http_request_duration_seconds_bucket';
const ATMOST = 'atMost ';

/** Kubernetes and Prometheus ask services other than web where no route has a name; people do not. */
const isOfPeople = ({ labels }: Sample): boolean => labels['route'] !== 'none' || labels['service'] === 'web';

/** The counters of the answers to people in a pod's metrics. */
export const countersOf = (samples: readonly Sample[]): Counters => {
  const counters = new Map<string, number>();
  const add = (key: string, value: number): void => void counters.set(key, (counters.get(key) ?? 0) + value);
  for (const sample of samples) {
    if (!isOfPeople(sample)) continue;
    const { name, labels, value } = sample;
    if (name === BUCKET) add(`${ATMOST}${labels['le'] === '+Inf' ? 'Infinity' : labels['le']}`, value);
    if (name !== COUNT) continue;
    add('requests', value);
    if (labels['status']?.startsWith('5')) add('errors', value);
  }
  return counters;
};

const trafficOf = (sum: Counters): Traffic => {
  const atMost = [...sum]
    .filter(([key]) => key.startsWith(ATMOST))
    .map(([key, value]) => [Number(key.slice(ATMOST.length)), value] as const)
    .toSorted(([a], [b]) => a - b);
  return { requests: sum.get('requests') ?? 0, errors: sum.get('errors') ?? 0, atMost: new Map(atMost) };
};

/**
 * What was counted between two looks. A pod that was not there before, or began anew, counts from nothing: between no look
 * and one is everything that pods have answered since they were started.
 */
export const trafficBetween = (before: Look, after: Look): TrafficOfServices => {
  const sums = new Map<ServiceName, Map<string, number>>();
  for (const [pod, { service, counters }] of after) {
    const sum = sums.get(service) ?? new Map<string, number>();
    sums.set(service, sum);
    const earlier = before.get(pod)?.counters;
    const isAnew = (earlier?.get('requests') ?? 0) > (counters.get('requests') ?? 0);
    for (const [key, value] of counters)
      sum.set(key, (sum.get(key) ?? 0) + value - (isAnew ? 0 : (earlier?.get(key) ?? 0)));
  }
  return new Map([...sums].map(([service, sum]) => [service, trafficOf(sum)]));
};

/** Requests and errors of all services. */
export const totalOf = (traffic: TrafficOfServices): Pick<Traffic, 'requests' | 'errors'> => {
  const all = [...traffic.values()];
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    errors: all.reduce((sum, { errors }) => sum + errors, 0),
  };
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
  /** Of the answers of the new house, and of each of its services, in percent. */
  readonly maxErrorPercent: number;
  /** 95 of 100 answers of each service are faster, in milliseconds; or at most twice as slow as those of the old house. */
  readonly maxP95Ms: number;
  /** Below this the metrics say nothing, unless a good part of the answers are errors; our own probes still do. */
  readonly minRequests: number;
}

const SLOWER_THAN_BEFORE = 2;

/** So many errors, a fifth of all answers or more, are no bad luck, however few came: nobody else has to meet with them. */
const CLEARLY = { errors: 5, percent: 20 } as const;

const complaintOfErrors = (
  { requests, errors }: Pick<Traffic, 'requests' | 'errors'>,
  { maxErrorPercent, minRequests }: Limits,
): string | undefined => {
  const percent = (100 * errors) / requests;
  const isEnough = requests >= minRequests || (errors >= CLEARLY.errors && percent >= CLEARLY.percent);
  if (!isEnough || percent <= maxErrorPercent) return undefined;
  return `${errors} of ${requests} answers were errors (${percent.toFixed(1)} %, at most ${maxErrorPercent} %)`;
};

/** @returns which answers of the new house, or of one of its services, were errors, in words; undefined when few enough were */
export const judgeErrors = (traffic: TrafficOfServices, limits: Limits): string | undefined => {
  const all = complaintOfErrors(totalOf(traffic), limits);
  if (all !== undefined) return all;
  for (const [service, own] of traffic) {
    const complaint = complaintOfErrors(own, limits);
    if (complaint !== undefined) return `${service}: ${complaint}`;
  }
  return undefined;
};

/**
 * @param old What the old house has answered: at the same time, and since it was started. Some services are slow by their
 * nature (passwords, files of people with slow lines), and a machine may be busy: that is not for a version to answer for.
 * @returns which service of the new house is slow, in words; undefined when none is
 */
export const judgeLatency = (
  traffic: TrafficOfServices,
  old: readonly TrafficOfServices[],
  { maxP95Ms, minRequests }: Limits,
): string | undefined => {
  for (const [service, own] of traffic) {
    const p95 = quantileMs(0.95, own) ?? 0;
    if (own.requests < minRequests || p95 <= maxP95Ms) continue;
    const before = old.flatMap((house) => {
      const its = house.get(service);
      return its && its.requests >= minRequests ? [quantileMs(0.95, its) ?? 0] : [];
    });
    const slowest = Math.max(0, ...before);
    if (p95 <= SLOWER_THAN_BEFORE * slowest) continue;
    return `${service}: 95 of 100 answers took up to ${Math.round(p95)} ms (at most ${maxP95Ms} ms${before.length === 0 ? '' : `; the old house: ${Math.round(slowest)} ms`})`;
  }
  return undefined;
};
