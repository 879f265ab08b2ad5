import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A registry for each service, because many services share a process; `/metrics` serves it. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly httpOpen: Gauge;
}

/** Buckets around the promise "p95 < 200 ms". */
const SECONDS_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60];

export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS_BUCKETS,
      registers: [registry],
    }),
    httpOpen: new Gauge({ name: 'http_requests_open', help: 'Requests being answered', registers: [registry] }),
  };
};

export const counter = <L extends string = never>(
  metrics: Metrics,
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Counter<L> => new Counter({ name, help, labelNames: [...labelNames], registers: [metrics.registry] });

/** @param read Asked for the value whenever metrics are collected; without it the gauge is set by hand. */
export const gauge = <L extends string = never>(
  metrics: Metrics,
  name: string,
  help: string,
  options: { readonly labelNames?: readonly L[]; readonly read?: () => number } = {},
): Gauge<L> => {
  const { labelNames = [], read } = options;
  return new Gauge<L>({
    name,
    help,
    labelNames: [...labelNames],
    registers: [metrics.registry],
    ...(read
      ? {
          collect() {
            this.set(read());
          },
        }
      : {}),
  });
};

export const histogram = <L extends string = never>(
  metrics: Metrics,
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Histogram<L> =>
  new Histogram({ name, help, labelNames: [...labelNames], buckets: SECONDS_BUCKETS, registers: [metrics.registry] });
