import type { Colour } from '@authorworks/contracts';
import type { Desk } from './desk.ts';
import { FrontDoor } from './front-door.ts';
import { lineOf, ReleaseProblem } from './problem.ts';
import { prometheusTraffic } from './prometheus.ts';
import { sleep } from './time.ts';
import {
  countersOf,
  judgeErrors,
  judgeLatency,
  type Look,
  quantileMs,
  totalOf,
  trafficBetween,
  type TrafficOfServices,
} from './traffic.ts';
import { visit, visitable } from './visits.ts';

const LOOK_MS = 3_000;
const VISIT_MS = 500;
/** One may be bad luck: a connection that ended in the moment in which the doors changed. */
const BAD_VISITS = 3;
/** What the old house is compared with, where Prometheus remembers it: half a day, so that some of it was a busy time. */
const BEFORE_SECONDS = 12 * 3600;

const lookInto = async ({ cluster }: Desk, colour: Colour): Promise<Look> => {
  const pods = await cluster.pods(colour);
  const all = await Promise.all(pods.map(async (pod) => [pod, await cluster.metrics(pod)] as const));
  return new Map(
    all.flatMap(([{ name, service }, samples]) =>
      samples && service !== undefined ? [[name, { service, counters: countersOf(samples) }]] : [],
    ),
  );
};

/** What the houses answer, from the metrics of their pods. */
const trafficInPods = async (desk: Desk, { of, old }: Colours): Promise<Reader> => {
  const [before, oldBefore] = await Promise.all([lookInto(desk, of), lookInto(desk, old)]);
  return async () => {
    const [now, oldNow] = await Promise.all([lookInto(desk, of), lookInto(desk, old)]);
    const ofOld = [trafficBetween(oldBefore, oldNow), trafficBetween(new Map(), oldNow)];
    return { traffic: trafficBetween(before, now), old: ofOld };
  };
};

const trafficInPrometheus = async (url: string, { of, old }: Colours): Promise<Reader> => {
  const before = await prometheusTraffic(url, old, BEFORE_SECONDS);
  return async (seconds) => {
    const [traffic, now] = await Promise.all([
      prometheusTraffic(url, of, seconds),
      prometheusTraffic(url, old, seconds),
    ]);
    return { traffic, old: [now, before] };
  };
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

const said = (traffic: TrafficOfServices): string => {
  const { requests, errors } = totalOf(traffic);
  const slow = [...traffic]
    .filter(([, own]) => own.requests > 0)
    .map(([service, own]) => `${service} ${Math.round(quantileMs(0.95, own) ?? 0)}`);
  return `${requests} answers, ${errors} errors, p95 in ms: ${slow.join(', ')}`;
};

interface Colours {
  readonly of: Colour;
  /** The other one; nothing is known of a house that is not there. */
  readonly old: Colour;
}

/** @returns what the houses answered in these seconds, and the old one before as well */
type Reader = (
  seconds: number,
) => Promise<{ readonly traffic: TrafficOfServices; readonly old: readonly TrafficOfServices[] }>;

interface Visits {
  made: number;
  readonly bad: string[];
}

/** Visits the new house twice a second, as somebody whose page came from there, until told to stop. */
const keepVisiting = async (door: FrontDoor, colour: Colour, visits: Visits, signal: AbortSignal): Promise<void> => {
  const paths = await visitable(door, colour);
  while (!signal.aborted) {
    const wrong = await visit(door, colour, paths[visits.made % paths.length] ?? '/');
    visits.made += 1;
    if (wrong !== undefined) visits.bad.push(wrong);
    await sleep(VISIT_MS, signal).catch(() => undefined);
  }
};

/**
 * Watches the new house for the time of a step: what people are answered (by the metrics of its pods, or Prometheus), what
 * our own visits are answered, and whether its pods live. How fast it is, is judged at the end: programs begin slowly.
 * @returns how it was, in words. @throws ReleaseProblem as soon as it is not good
 */
export const watch = async (desk: Desk, colours: Colours): Promise<string> => {
  const { options, signal } = desk;
  const began = performance.now();
  const door = FrontDoor.of((await desk.edge.values()) ?? {}, 'house', options);
  const [restarts, read] = await Promise.all([
    restartsOf(desk, colours.of),
    options.prometheus ? trafficInPrometheus(options.prometheus, colours) : trafficInPods(desk, colours),
  ]);
  const visits: Visits = { made: 0, bad: [] };
  const enough = new AbortController();
  const visiting = keepVisiting(door, colours.of, visits, AbortSignal.any([signal, enough.signal]));
  try {
    for (;;) {
      await sleep(LOOK_MS, signal);
      const seconds = (performance.now() - began) / 1000;
      const isOver = seconds >= options.holdSeconds;
      const wrong = await complaintOfPods(desk, colours.of, restarts);
      if (wrong !== undefined) throw new ReleaseProblem(wrong);
      if (visits.bad.length >= BAD_VISITS)
        throw new ReleaseProblem(
          `${visits.bad.length} of ${visits.made} visits to the new house failed: ${visits.bad.at(-1)}`,
        );
      const { traffic, old } = await read(seconds);
      const verdict =
        judgeErrors(traffic, options.limits) ?? (isOver ? judgeLatency(traffic, old, options.limits) : undefined);
      if (verdict !== undefined) throw new ReleaseProblem(`the new house is not good: ${verdict}`);
      if (isOver) return `${said(traffic)}; ${visits.made} visits, ${visits.bad.length} failed`;
    }
  } finally {
    enough.abort('enough');
    await visiting.catch((error: unknown) => desk.say(lineOf(error)));
    await door.close();
  }
};
