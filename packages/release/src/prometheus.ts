import { type Colour, type ServiceName, services } from '@authorworks/contracts';
import { request } from 'undici';
import { lineOf, ReleaseProblem } from './problem.ts';
import type { Traffic, TrafficOfServices } from './traffic.ts';

/** Prometheus looks every half minute; below two looks it knows no increase. */
const LEAST_SECONDS = 90;
const METRIC = 'http_request_duration_seconds';

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

type Results = NonNullable<Answer['data']>['result'];

const ask = async (url: string, query: string): Promise<Results> => {
  try {
    const { body } = await request(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`, {
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
    });
    const answer = (await body.json()) as Answer;
    if (answer.status !== 'success' || !answer.data) throw new Error(answer.error ?? 'no answer');
    return answer.data.result;
  } catch (error) {
    throw new ReleaseProblem(`Prometheus (${url}) cannot be asked: ${lineOf(error)}`);
  }
};

const isService = (name: string | undefined): name is ServiceName =>
  name !== undefined && Object.hasOwn(services, name);

/** What the people of a house were answered in the last seconds, as the Prometheus of the chart authorworks-watch knows it. */
export const prometheusTraffic = async (url: string, colour: Colour, seconds: number): Promise<TrafficOfServices> => {
  const range = `[${Math.max(LEAST_SECONDS, Math.round(seconds))}s]`;
  const increase = async (name: string, by: string, matchers = '') => {
    const those = (which: string): string =>
      `increase(${METRIC}_${name}{colour="${colour}",${which}${matchers}}${range})`;
    // as in a pod's metrics: people ask web where no route has a name, and nobody else
    return await ask(url, `sum by (${by}) (${those('route!="none"')} or ${those('service="web"')})`);
  };
  const [requests, errors, buckets] = await Promise.all([
    increase('count', 'service'),
    increase('count', 'service', ',status=~"5.."'),
    increase('bucket', 'service, le'),
  ]);
  const countOf = (results: Results, service: ServiceName): number =>
    Math.round(Number(results.find(({ metric }) => metric['service'] === service)?.value[1] ?? 0));
  return new Map(
    requests
      .map(({ metric }) => metric['service'])
      .filter(isService)
      .map((service): [ServiceName, Traffic] => {
        const atMost = buckets
          .filter(({ metric }) => metric['service'] === service)
          .map(
            ({ metric, value }) =>
              [metric['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(metric['le']), Number(value[1])] as const,
          )
          .toSorted(([a], [b]) => a - b);
        return [
          service,
          { requests: countOf(requests, service), errors: countOf(errors, service), atMost: new Map(atMost) },
        ];
      }),
  );
};
