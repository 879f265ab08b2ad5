import type { Colour } from '@authorworks/contracts';
import { type Desk, note, releaseOf } from './desk.ts';
import { sumOf } from './exposition.ts';
import type { Release } from './journal.ts';
import { within } from './time.ts';

/** Clients are told within seconds; who does not listen is cut when the pods end. */
const SOCKETS_SECONDS = 45;

const socketsOf = async ({ cluster }: Desk, colour: Colour): Promise<number> => {
  const metrics = await Promise.all((await cluster.pods(colour)).map(async (pod) => await cluster.metrics(pod)));
  return metrics.reduce((sum, samples) => sum + (sumOf(samples ?? [], 'socket_connections') ?? 0), 0);
};

/** Waits until a house that nobody reaches any more has sent its sockets over, then scales it to nothing. */
export const empty = async (desk: Desk, release: Release, colour: Colour): Promise<void> => {
  const { cluster, options, signal } = desk;
  const before = await socketsOf(desk, colour);
  desk.say(`${before} sockets are in the ${colour} house`);
  const isEmpty = await within(SOCKETS_SECONDS, signal, async () =>
    (await socketsOf(desk, colour)) === 0 ? true : undefined,
  );
  if (before > 0)
    await note(
      desk,
      release,
      isEmpty ? `${before} sockets have gone over` : `some sockets stay in the ${colour} house until it ends`,
    );
  if (options.keep) {
    await note(desk, release, `the ${colour} house stands idle (--keep)`);
    return;
  }
  await cluster.scaleToNothing(colour);
  await note(desk, release, `the ${colour} house is scaled to nothing; its release ${releaseOf(colour)} stays`);
};

/** The old house sends its sockets over and ends; the preview is closed. */
export const close = async (desk: Desk, release: Release): Promise<void> => {
  await desk.edge.set({ preview: undefined }, desk.signal);
  if (release.from) await empty(desk, release, release.from);
};
