import { randomUUID } from 'node:crypto';
import { type Colour, otherColour } from '@authorworks/contracts';
import { close } from './close.ts';
import { type Desk, enter, note, releaseOf } from './desk.ts';
import { EDGE } from './edge.ts';
import { whyUnreachable } from './front-door.ts';
import { handOver } from './hand-over.ts';
import { type Phase, phases, type Release } from './journal.ts';
import { look } from './look.ts';
import { open } from './open.ts';
import { prepare } from './prepare.ts';
import { Interrupted, lineOf, ReleaseProblem } from './problem.ts';
import { takeBack } from './take-back.ts';
import { within } from './time.ts';
import { merged, type Values } from './values.ts';

const steps: Readonly<Record<(typeof phases)[number], (desk: Desk, release: Release) => Promise<void>>> = {
  preparing: prepare,
  looking: look,
  'handing over': handOver,
  opening: open,
  closing: close,
};

/** What is still to be done of a release, the phase in which it was interrupted first. */
export const remaining = (phase: Phase): readonly (typeof phases)[number][] =>
  phase === 'taking back' ? [] : phases.slice(phases.indexOf(phase));

/** What to do with what is there. */
export type Plan =
  | { readonly kind: 'begin' }
  | { readonly kind: 'go on'; readonly release: Release }
  | { readonly kind: 'take back'; readonly release: Release; readonly thenBegin: boolean };

/** Decides what a `deploy` or `rollback` does, given the last release. */
export const planOf = (
  wish: { readonly kind: Release['kind']; readonly version: string | undefined },
  last: Release | undefined,
): Plan => {
  if (!last || last.outcome) return { kind: 'begin' };
  // a rollback that was interrupted is gone on with, whoever comes next: it was going where it is safe
  if (last.kind === 'rollback' && last.phase !== 'taking back')
    return wish.kind === 'rollback'
      ? { kind: 'go on', release: last }
      : { kind: 'take back', release: last, thenBegin: true };
  if (last.phase === 'taking back')
    return {
      kind: 'take back',
      release: last,
      thenBegin: wish.kind === 'deploy' && wish.version !== undefined && wish.version !== last.version,
    };
  if (wish.kind === 'rollback') return { kind: 'take back', release: last, thenBegin: false };
  const isSame = wish.version === undefined || wish.version === last.version;
  return isSame ? { kind: 'go on', release: last } : { kind: 'take back', release: last, thenBegin: true };
};

const finish = async (desk: Desk, release: Release, outcome: NonNullable<Release['outcome']>): Promise<Release> => {
  const ended = { ...release, outcome, endedAt: new Date().toISOString() };
  return await note(
    desk,
    ended,
    outcome === 'done'
      ? `version ${release.version} is in the ${release.to} house`
      : `${outcome}: ${release.why ?? ''}`,
  );
};

/** Takes a release back and ends it. */
const endByTakingBack = async (desk: Desk, release: Release, why: string): Promise<Release> => {
  const going = await enter(desk, { ...release, why: release.why ?? why }, 'taking back');
  await takeBack(desk, going);
  return await finish(desk, going, release.from ? 'taken back' : 'failed');
};

/**
 * Makes a release from the phase in which it is to its end.
 * @returns it with its outcome: whatever goes wrong is taken back first
 * @throws Interrupted when this program is to stop; the next run goes on
 */
const carryOut = async (desk: Desk, begun: Release): Promise<Release> => {
  let release = begun;
  try {
    for (const phase of remaining(begun.phase)) {
      release = await enter(desk, release, phase);
      await steps[phase](desk, release);
    }
  } catch (error) {
    if (error instanceof Interrupted || desk.signal.aborted)
      throw new Interrupted(String(desk.signal.reason ?? lineOf(error)));
    return await endByTakingBack(desk, release, lineOf(error));
  }
  return await finish(desk, release, 'done');
};

/** The house that people reach. @throws ReleaseProblem when it is both, and nobody knows why */
const liveHouse = async (desk: Desk): Promise<Colour | undefined> => {
  const values = await desk.edge.values();
  if (!values) return undefined;
  const { weights, live } = await desk.edge.doors();
  if (weights.blue > 0 && weights.green > 0)
    throw new ReleaseProblem(
      `people come to both houses (blue ${weights.blue}, green ${weights.green}), but no release is under way: set the weights of ${EDGE} by hand to the one that is good`,
    );
  const [first] = await desk.helm.history(releaseOf(live));
  return first ? live : undefined;
};

const beginning = (
  desk: Desk,
  rest: Pick<Release, 'kind' | 'version' | 'from' | 'to'> & { revision?: number },
): Release => ({
  ...rest,
  id: randomUUID(),
  by: desk.options.by,
  startedAt: new Date().toISOString(),
  phase: 'preparing',
});

/** The newest revision of a house that was installed in order: what a rollback brings back. */
const goodRevision = async ({ helm }: Desk, colour: Colour): Promise<number | undefined> =>
  (await helm.history(releaseOf(colour))).findLast(({ status }) => status === 'deployed' || status === 'superseded')
    ?.revision;

const imagesOf = ({ images }: Values): string | undefined => (images as { version?: string } | undefined)?.version;

const firstOf = async (desk: Desk, kind: Release['kind'], last: Release | undefined): Promise<Release> => {
  const from = await liveHouse(desk);
  if (kind === 'rollback') {
    if (!from) throw new ReleaseProblem('there is no house to roll back');
    const to = otherColour(from);
    const revision = await goodRevision(desk, to);
    if (revision === undefined || last?.outcome === undefined)
      throw new ReleaseProblem(`there is nothing to roll back to: no release before this one is known`);
    if (last.outcome !== 'done' || last.to !== from)
      throw new ReleaseProblem(
        `the last release was ${last.outcome}: what stands in the ${to} house is not what was there before`,
      );
    return beginning(desk, { kind, version: `before ${last.version}`, from, to, revision });
  }
  if (!from && desk.options.version === undefined && Object.keys(desk.options.given).length === 0)
    throw new ReleaseProblem('the first release needs --version or --values');
  const to = from ? otherColour(from) : 'blue';
  const pinned = from ? await desk.helm.values(releaseOf(from)) : undefined;
  const version = desk.options.version ?? imagesOf(merged(pinned ?? {}, desk.options.given)) ?? 'as the values say';
  return beginning(desk, { kind, version, from, to });
};

/** How long the front door may be busy before it counts as shut. */
const DOOR_SECONDS = 10;

/** @throws ReleaseProblem when a release would be taken back only because nobody finds the way to the doors from here */
const findDoors = async ({ edge, options, signal }: Desk, { from }: Release): Promise<void> => {
  const values = merged((await edge.values()) ?? {}, options.edgeGiven);
  let why: string | undefined;
  await within(DOOR_SECONDS, signal, async () => {
    why = await whyUnreachable(values, options, from !== undefined);
    return why === undefined ? true : undefined;
  });
  if (why !== undefined) throw new ReleaseProblem(why);
};

/**
 * Deploys a version, or rolls the last one back; goes on with what was interrupted.
 * @returns the release with its outcome
 * @throws ReleaseProblem when it cannot even begin, Interrupted when it is to stop
 */
export const runRelease = async (desk: Desk, kind: Release['kind']): Promise<Release> => {
  const last = await desk.journal.last();
  const plan = planOf({ kind, version: desk.options.version }, last);
  if (plan.kind === 'go on') {
    desk.say(`going on with ${plan.release.version}, which was interrupted while ${plan.release.phase}`);
    return await carryOut(desk, plan.release);
  }
  if (plan.kind === 'take back') {
    desk.say(`taking back ${plan.release.version}, which was interrupted while ${plan.release.phase}`);
    const ended = await endByTakingBack(desk, plan.release, `interrupted; ${kind} by ${desk.options.by}`);
    if (!plan.thenBegin) return ended;
  }
  const first = await firstOf(desk, kind, last);
  await findDoors(desk, first);
  desk.say(`${kind}: ${first.version} into the ${first.to} house${first.from ? `, beside the ${first.from} one` : ''}`);
  await note(desk, first, 'begins');
  return await carryOut(desk, first);
};
