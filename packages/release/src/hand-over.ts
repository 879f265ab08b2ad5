import { type Colour, services } from '@authorworks/contracts';
import type { HousePod } from './cluster.ts';
import { type Desk, note } from './desk.ts';
import { sumOf } from './exposition.ts';
import type { Release } from './journal.ts';
import { ReleaseProblem } from './problem.ts';
import { within } from './time.ts';

/** The kubelet brings a change of a ConfigMap within seconds to a pod that was woken, else within a minute or two. */
const TURN_SECONDS = 120;
/** A house that is being taken back may not answer any more; its jobs' leases run out by themselves. */
const BROKEN_SECONDS = 20;

/** Only services that keep something have background work. */
const works = ({ service }: HousePod): boolean => service !== undefined && services[service].needs.postgres === true;

interface Work {
  /** Pods that say that they do background work, and those that say that they do not. */
  readonly working: number;
  readonly resting: number;
  /** Pods that do not answer, or know no turns (of an older version). */
  readonly silent: number;
  readonly jobs: number;
}

const workOf = async ({ cluster }: Desk, colour: Colour): Promise<Work> => {
  const pods = (await cluster.pods(colour)).filter(works);
  const metrics = await Promise.all(pods.map(async (pod) => (await cluster.metrics(pod)) ?? []));
  const turns = metrics.map((samples) => sumOf(samples, 'house_working'));
  return {
    working: turns.filter((turn) => turn === 1).length,
    resting: turns.filter((turn) => turn === 0).length,
    silent: turns.filter((turn) => turn === undefined).length,
    jobs: metrics.reduce((sum, samples) => sum + (sumOf(samples, 'queue_jobs_running') ?? 0), 0),
  };
};

/** @returns whether a house of an older version, which knows no turns, does the work. */
const knowsNoTurns = async (desk: Desk, colour: Colour): Promise<boolean> => {
  const { working, resting, silent } = await workOf(desk, colour);
  return working + resting === 0 && silent > 0;
};

/** Nobody works from now on: waits until the house has stopped, and some time for its jobs. */
export const stopWork = async (desk: Desk, release: Release, colour: Colour, isBroken = false): Promise<void> => {
  const { edge, options, signal } = desk;
  if (await knowsNoTurns(desk, colour)) {
    await note(desk, release, `the ${colour} house knows no turns: its work goes on until it ends`);
    return;
  }
  await edge.set({ working: 'none' }, signal);
  const stopped = await within(isBroken ? BROKEN_SECONDS : TURN_SECONDS, signal, async () => {
    const { working, silent } = await workOf(desk, colour);
    return working === 0 && silent === 0 ? true : undefined;
  });
  if (!stopped && !isBroken) throw new ReleaseProblem(`the ${colour} house has not stopped its background work`);
  await note(
    desk,
    release,
    `the ${colour} house ${stopped ? 'has stopped its' : 'does not answer; it is taken to do no more'} background work`,
  );
  const done = await within(isBroken ? 0 : options.jobSeconds, signal, async () =>
    (await workOf(desk, colour)).jobs === 0 ? true : undefined,
  );
  if (!done)
    await note(desk, release, `jobs of the ${colour} house are still under way; they end there, or are made again`);
};

/** A house works from now on: waits until all its pods do. */
export const startWork = async (desk: Desk, release: Release, colour: Colour): Promise<void> => {
  const { edge, signal } = desk;
  await edge.set({ working: colour }, signal);
  if (await knowsNoTurns(desk, colour)) return;
  const started = await within(TURN_SECONDS, signal, async () => {
    const { working, resting, silent } = await workOf(desk, colour);
    return working > 0 && resting + silent === 0 ? true : undefined;
  });
  if (!started) throw new ReleaseProblem(`the ${colour} house has not begun its background work`);
  await note(desk, release, `the ${colour} house does the background work`);
};

/**
 * Passes the background work to the new house, before people come to it: what understands new events and jobs has to be
 * there before what makes them, and the new house understands those of the old one.
 */
export const handOver = async (desk: Desk, release: Release): Promise<void> => {
  const { working } = await desk.edge.doors();
  if (release.from && working !== release.to) await stopWork(desk, release, release.from);
  await startWork(desk, release, release.to);
};
