import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServiceNames, type ServiceName } from '@authorworks/contracts';
import { Registry, Histogram } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { doorsOf } from '../src/edge.ts';
import { parseExposition, sumOf } from '../src/exposition.ts';
import type { Release } from '../src/journal.ts';
import { readOptions } from '../src/options.ts';
import { planOf, remaining } from '../src/release.ts';
import {
  countersOf,
  judgeErrors,
  judgeLatency,
  type Look,
  quantileMs,
  totalOf,
  type Traffic,
  trafficBetween,
  type TrafficOfServices,
} from '../src/traffic.ts';
import { asleep, merged, replicasIn, type Values, valuesOfNewHouse } from '../src/values.ts';

const release = (more: Partial<Release> = {}): Release => ({
  id: 'x',
  kind: 'deploy',
  by: 'ada@home',
  version: '1.1.0',
  from: 'blue',
  to: 'green',
  startedAt: '2026-11-24T10:00:00.000Z',
  phase: 'opening',
  ...more,
});

describe('what a run does with the release before it', () => {
  it.each<[string, Parameters<typeof planOf>, ReturnType<typeof planOf>['kind'], boolean?]>([
    ['begins when there was none', [{ kind: 'deploy', version: '1.2.0' }, undefined], 'begin'],
    [
      'begins when the last one has ended',
      [{ kind: 'deploy', version: '1.2.0' }, release({ outcome: 'done' })],
      'begin',
    ],
    ['goes on with the same version', [{ kind: 'deploy', version: '1.1.0' }, release()], 'go on'],
    ['goes on when no version is said', [{ kind: 'deploy', version: undefined }, release()], 'go on'],
    ['takes another version back, and begins', [{ kind: 'deploy', version: '1.2.0' }, release()], 'take back', true],
    ['takes it back when asked to', [{ kind: 'rollback', version: undefined }, release()], 'take back', false],
    [
      'goes on with taking back',
      [{ kind: 'deploy', version: '1.1.0' }, release({ phase: 'taking back' })],
      'take back',
      false,
    ],
    ['goes on with a rollback', [{ kind: 'rollback', version: undefined }, release({ kind: 'rollback' })], 'go on'],
  ])('%s', (_, [wish, last], kind, thenBegin) => {
    expect(planOf(wish, last)).toMatchObject({ kind, ...(thenBegin === undefined ? {} : { thenBegin }) });
  });

  it('begins again with the phase in which it was interrupted', () => {
    expect(remaining('preparing')).toEqual(['preparing', 'looking', 'handing over', 'opening', 'closing']);
    expect(remaining('opening')).toEqual(['opening', 'closing']);
    expect(remaining('taking back')).toEqual([]);
  });
});

describe('values of the new house', () => {
  const pinned = {
    colour: 'blue',
    images: { version: '1.0.0', registry: 'registry.home:5000' },
    services: { content: { image: { tag: '1.0.1', repository: 'docker.io/mine/content' }, replicas: 2 } },
  };

  it('are those of the live house with the new version in place of all old ones', () => {
    expect(valuesOfNewHouse('green', '1.1.0', { pinned, given: {} })).toEqual({
      colour: 'green',
      images: { version: '1.1.0', registry: 'registry.home:5000' },
      services: { content: { image: { repository: 'docker.io/mine/content' }, replicas: 2 } },
    });
  });

  it('are joined with what is given for this release, which wins', () => {
    const given = { services: { content: { replicas: 3 } }, colour: 'blue' };
    expect(valuesOfNewHouse('green', undefined, { pinned, given })).toEqual(
      merged(pinned, { colour: 'green', services: { content: { replicas: 3 } } }),
    );
  });
});

describe('the pods of a new house', () => {
  const chart = parse(
    readFileSync(join(import.meta.dirname, '../../../charts/authorworks/values.yaml'), 'utf8'),
  ) as Values;
  const given = { services: { content: { replicas: 2 }, jobs: { replicas: 0 } } };

  it('are those of the chart, and what was given', () => {
    const replicas = new Map(replicasIn(merged(chart, given)));
    expect([...replicas.keys()]).toEqual(builtServiceNames.filter((name) => name !== 'jobs'));
    expect([replicas.get('content'), replicas.get('web')]).toEqual([2, 1]);
  });

  it('are none while it is asleep, which changes nothing else', () => {
    const values = merged(chart, given);
    expect(replicasIn(asleep(values))).toEqual([]);
    expect(merged(asleep(values), values)).toEqual(values);
  });
});

describe('the doors', () => {
  it('are as the chart has them when nothing is said', () => {
    expect(doorsOf({})).toEqual({
      weights: { blue: 100, green: 0 },
      live: 'blue',
      working: 'blue',
      preview: undefined,
    });
  });
  it('are as the values say', () => {
    expect(
      doorsOf({ weights: { blue: 90, green: 10 }, working: 'none', preview: { enabled: true, colour: 'green' } }),
    ).toEqual({ weights: { blue: 90, green: 10 }, live: 'blue', working: 'none', preview: 'green' });
  });
});

describe('the traffic', () => {
  /** What prom-client writes, as a service does. */
  const written = async (service: string, answers: readonly [route: string, status: string, seconds: number][]) => {
    const registry = new Registry();
    registry.setDefaultLabels({ service });
    const histogram = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time "to answer" \\ in seconds',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.1, 0.2, 0.5, 1],
      registers: [registry],
    });
    for (const [route, status, seconds] of answers) histogram.observe({ method: 'GET', route, status }, seconds);
    return countersOf(parseExposition(await registry.metrics()));
  };
  const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
  const limits = { maxErrorPercent: 1, maxP95Ms: 300, minRequests: 50 };
  const lookAt = (pods: Readonly<Record<string, Awaited<ReturnType<typeof written>>>>, service: ServiceName): Look =>
    new Map(Object.entries(pods).map(([name, counters]) => [name, { service, counters }]));
  const between = (before: Awaited<ReturnType<typeof written>>, after: typeof before): Traffic | undefined =>
    trafficBetween(lookAt({ pod: before }, 'content'), lookAt({ pod: after }, 'content')).get('content');

  it('is what was answered between two looks, without the questions of Kubernetes', async () => {
    const early = await written('content', many<[string, string, number]>(10, ['/a', '200', 0.05]));
    const late = await written('content', [
      ...many<[string, string, number]>(60, ['/a', '200', 0.05]),
      ...many<[string, string, number]>(3, ['/b', '503', 0.3]),
      ...many<[string, string, number]>(500, ['none', '200', 0.001]),
    ]);
    expect(between(early, late)).toMatchObject({ requests: 53, errors: 3 });
  });

  it('counts a pod that began anew from nothing', async () => {
    const early = await written('content', many<[string, string, number]>(100, ['/a', '500', 0.05]));
    const late = await written('content', many<[string, string, number]>(7, ['/a', '200', 0.05]));
    expect(between(early, late)).toMatchObject({ requests: 7, errors: 0 });
  });

  it('knows the pages of web, which have no routes', async () => {
    const late = await written('web', many<[string, string, number]>(5, ['none', '200', 0.05]));
    expect(trafficBetween(new Map(), lookAt({ pod: late }, 'web')).get('web')).toMatchObject({ requests: 5 });
  });

  it('has a quantile as Prometheus estimates it', async () => {
    const counters = await written('content', [
      ...many<[string, string, number]>(90, ['/a', '200', 0.05]),
      ...many<[string, string, number]>(10, ['/a', '200', 0.4]),
    ]);
    const traffic = trafficBetween(new Map(), lookAt({ pod: counters }, 'content')).get('content') as Traffic;
    expect(quantileMs(0.95, traffic)).toBeCloseTo(350);
    expect(quantileMs(0.5, traffic)).toBeCloseTo(55.6, 0);
  });

  const traffic = (requests: number, errors: number, slow = 0): Traffic => ({
    requests,
    errors,
    atMost: new Map([
      [0.1, requests - slow],
      [1, requests],
    ]),
  });

  it('is summed over the pods of a service, and kept apart from that of others', async () => {
    const one = await written('content', many<[string, string, number]>(7, ['/a', '200', 0.05]));
    const web = await written('web', many<[string, string, number]>(5, ['none', '500', 0.05]));
    const look = new Map([...lookAt({ a: one, b: one }, 'content'), ...lookAt({ c: web }, 'web')]);
    const traffic = trafficBetween(new Map(), look);
    expect(traffic.get('content')).toMatchObject({ requests: 14, errors: 0 });
    expect(traffic.get('web')).toMatchObject({ requests: 5, errors: 5 });
    expect(totalOf(traffic)).toEqual({ requests: 19, errors: 5 });
  });

  const of = (content: Traffic, rest: Traffic = traffic(0, 0)): TrafficOfServices =>
    new Map([
      ['web', rest],
      ['content', content],
    ]);

  it.each([
    ['few', of(traffic(1_000, 10)), undefined],
    ['too many', of(traffic(1_000, 11)), /^11 of 1000 answers were errors \(1\.1 %, at most 1 %\)$/],
    ['too few answers to say anything', of(traffic(49, 9)), undefined],
    ['too few errors to say anything of few answers', of(traffic(4, 4)), undefined],
    [
      'of few answers a good part',
      of(traffic(25, 5), traffic(10, 0)),
      /^content: 5 of 25 answers were errors \(20\.0 %/,
    ],
    ['too few of each, but enough of all', of(traffic(30, 5), traffic(30, 0)), /^5 of 60 answers/],
    ['in one of many', of(traffic(100, 9), traffic(9_900, 0)), /^content: 9 of 100 answers were errors/],
  ])('has errors: %s', (_, now, verdict) => {
    const said = judgeErrors(now, limits);
    if (verdict) expect(said).toMatch(verdict);
    else expect(said).toBeUndefined();
  });

  it.each([
    ['fast', of(traffic(1_000, 0)), [], undefined],
    ['slow', of(traffic(1_000, 0, 500)), [], /^content: 95 of 100 answers took up to 910 ms \(at most 300 ms\)$/],
    ['slow where nobody looks', of(traffic(100, 0, 50), traffic(9_900, 0)), [], /^content: 95 of 100 answers/],
    ['too little to say anything', of(traffic(49, 0, 49)), [], undefined],
    ['slower than the old house', of(traffic(1_000, 0, 500)), [of(traffic(1_000, 0))], /the old house: 95 ms/],
    ['as slow as the old house', of(traffic(1_000, 0, 500)), [of(traffic(1_000, 0, 400))], undefined],
    [
      'as slow as the old house was before it had nobody',
      of(traffic(1_000, 0, 500)),
      [of(traffic(0, 0)), of(traffic(1_000, 0, 400))],
      undefined,
    ],
    [
      'as slow as another service of the old house',
      of(traffic(1_000, 0, 500)),
      [of(traffic(1_000, 0), traffic(1_000, 0, 400))],
      /the old house: 95 ms/,
    ],
  ])('is judged by its slowest: %s', (_, now, old, verdict) => {
    const said = judgeLatency(now, old, limits);
    if (verdict) expect(said).toMatch(verdict);
    else expect(said).toBeUndefined();
  });

  it('is read from any exposition: escapes, infinities, comments, what is no line', () => {
    const samples = parseExposition(
      '# HELP a b\n# TYPE a gauge\na{x="1,\\"2\\"",y="\\n"} 3\na 4 1700000000\nb{le="+Inf"} +Inf\nnonsense here\n',
    );
    expect(samples).toEqual([
      { name: 'a', labels: { x: '1,"2"', y: '\n' }, value: 3 },
      { name: 'a', labels: {}, value: 4 },
      { name: 'b', labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY },
    ]);
    expect(sumOf(samples, 'a')).toBe(7);
    expect(sumOf(samples, 'c')).toBeUndefined();
  });
});

describe('the options', () => {
  it.each([
    [['--steps', '10,5,100'], '--steps must be whole percents that grow and end with 100'],
    [['--steps', '10,50'], '--steps must be whole percents'],
    [['--hold-seconds', 'long'], '--hold-seconds must be a number from 1 to 86400, not "long"'],
    [['--version', 'latest'], '--version must be a tag of the images, and not latest'],
    [['--values', '/nowhere.yaml'], 'the values /nowhere.yaml cannot be read'],
    [['--address', 'localhost:80'], '--address must be an address like'],
    [['--colour', 'green'], "Unknown option '--colour'"],
  ])('%j are refused by name', (args, message) => {
    expect(() => readOptions(args, '/charts')).toThrow(message);
  });
});
