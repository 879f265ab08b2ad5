import type { Colour } from '@authorworks/contracts';
import { request } from 'undici';
import { lineOf, ReleaseProblem } from './problem.ts';
import type { Traffic } from './traffic.ts';

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

const ask = async (url: string, query: string): Promise<NonNullable<Answer['data']>['result']> => {
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

/** What the people of a house were answered in the last seconds, as the Prometheus of the chart authorworks-watch knows it. */
export const prometheusTraffic = async (url: string, colour: Colour, seconds: number): Promise<Traffic> => {
  const range = `[${Math.max(LEAST_SECONDS, Math.round(seconds))}s]`;
  const sum = async (name: string, matchers = ''): Promise<number> => {
    const [first] = await ask(
      url,
      `sum(increase(${METRIC}_${name}{colour="${colour}",route!="none"${matchers}}${range}))`,
    );
    return Math.round(Number(first?.value[1] ?? 0));
  };
  const [requests, errors, buckets] = await Promise.all([
    sum('count'),
    sum('count', ',status=~"5.."'),
    ask(url, `sum by (le) (increase(${METRIC}_bucket{colour="${colour}",route!="none"}${range}))`),
  ]);
  const atMost = buckets
    .map(
      ({ metric, value }) =>
        [metric['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(metric['le']), Number(value[1])] as const,
    )
    .toSorted(([a], [b]) => a - b);
  return { requests, errors, atMost: new Map(atMost) };
};
