import type { Colour } from '@authorworks/contracts';
import type { Desk } from './desk.ts';
import { FrontDoor, visit } from './front-door.ts';
import { lineOf, ReleaseProblem } from './problem.ts';
import { prometheusTraffic } from './prometheus.ts';
import { sleep } from './time.ts';
import { type Counters, countersOf, judge, quantileMs, type Traffic, trafficBetween } from './traffic.ts';

const LOOK_MS = 3_000;
const VISIT_MS = 500;
/** One may be bad luck: a connection that ended in the moment in which the doors changed. */
const BAD_VISITS = 3;

type Looks = ReadonlyMap<string, Counters>;

const lookInto = async ({ cluster }: Desk, colour: Colour): Promise<Looks> => {
  const pods = await cluster.pods(colour);
  const all = await Promise.all(pods.map(async (pod) => [pod.name, await cluster.metrics(pod)] as const));
  return new Map(all.flatMap(([name, samples]) => (samples ? [[name, countersOf(samples)]] : [])));
};

const restartsOf = async ({ cluster }: Desk, colour: Colour): Promise<ReadonlyMap<string, number>> =>
  new Map((await cluster.pods(colour)).map(({ name, restarts }) => [name, restarts]));

/** A pod of the new house that was started anew by itself. */
const complaintOfPods = async (
  desk: Desk,
  colour: Colour,
  before: ReadonlyMap<string, number>,
): Promise<string | undefined> => {
  const pods = await desk.cluster.pods(colour);
  const first = pods.find(({ name, restarts }) => restarts > (before.get(name) ?? 0));
  if (!first) return undefined;
  return (
    (await desk.cluster.complaintOf([first])) ??
    `${first.name} was started again (${await desk.cluster.lastWords(first)})`
  );
};

const said = (traffic: Traffic): string =>
  `${traffic.requests} answers, ${traffic.errors} errors, p95 ${Math.round(quantileMs(0.95, traffic) ?? 0)} ms`;

interface Visits {
  made: number;
  readonly bad: string[];
}

/** Visits the new house twice a second, as somebody whose page came from there, until told to stop. */
const keepVisiting = async (door: FrontDoor, colour: Colour, visits: Visits, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const wrong = await visit(door, colour, visits.made);
    visits.made += 1;
    if (wrong !== undefined) visits.bad.push(wrong);
    await sleep(VISIT_MS, signal).catch(() => undefined);
  }
};

/**
 * Watches the new house for the time of a step: what people are answered (by the metrics of its pods, or Prometheus), what
 * our own visits are answered, and whether its pods live.
 * @returns how it was, in words. @throws ReleaseProblem as soon as it is not good
 */
export const watch = async (
  desk: Desk,
  colours: { readonly of: Colour; readonly old: Colour | undefined },
): Promise<string> => {
  const { options, signal } = desk;
  const began = performance.now();
  const door = FrontDoor.of((await desk.edge.values()) ?? {}, 'house', options);
  const [restarts, first, oldFirst] = await Promise.all([
    restartsOf(desk, colours.of),
    lookInto(desk, colours.of),
    colours.old ? lookInto(desk, colours.old) : undefined,
  ]);
  const visits: Visits = { made: 0, bad: [] };
  const enough = new AbortController();
  const visiting = keepVisiting(door, colours.of, visits, AbortSignal.any([signal, enough.signal]));
  try {
    for (;;) {
      await sleep(LOOK_MS, signal);
      const seconds = (performance.now() - began) / 1000;
      const wrong = await complaintOfPods(desk, colours.of, restarts);
      if (wrong !== undefined) throw new ReleaseProblem(wrong);
      if (visits.bad.length >= BAD_VISITS)
        throw new ReleaseProblem(
          `${visits.bad.length} of ${visits.made} visits to the new house failed: ${visits.bad.at(-1)}`,
        );
      const [traffic, old] = options.prometheus
        ? await Promise.all([
            prometheusTraffic(options.prometheus, colours.of, seconds),
            colours.old ? prometheusTraffic(options.prometheus, colours.old, seconds) : undefined,
          ])
        : [
            trafficBetween(first, await lookInto(desk, colours.of)),
            colours.old && oldFirst ? trafficBetween(oldFirst, await lookInto(desk, colours.old)) : undefined,
          ];
      const verdict = judge(traffic, old, options.limits);
      if (verdict !== undefined) throw new ReleaseProblem(`the new house is not good: ${verdict}`);
      if (seconds >= options.holdSeconds) return `${said(traffic)}; ${visits.made} visits, ${visits.bad.length} failed`;
    }
  } finally {
    enough.abort('enough');
    await visiting.catch((error: unknown) => desk.say(lineOf(error)));
    await door.close();
  }
};
