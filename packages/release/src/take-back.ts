import type { Colour } from '@authorworks/contracts';
import { empty } from './close.ts';
import { type Desk, note } from './desk.ts';
import { startWork, stopWork } from './hand-over.ts';
import type { Release } from './journal.ts';

/**
 * Brings people, and then the background work, back to the old house; the new one ends. Migrations stay: they are made so
 * that the version before them goes on to work. A first release has nothing to go back to, and is left to be looked at.
 */
export const takeBack = async (desk: Desk, release: Release): Promise<void> => {
  const { edge, signal } = desk;
  const { from, to } = release;
  if (!from) {
    await note(desk, release, 'there is no house to go back to');
    return;
  }
  if (await edge.values()) {
    const weights = { [from]: 100, [to]: 0 } as Record<Colour, number>;
    const { working } = await edge.doors();
    // people first
    await edge.set({ weights, live: from, working, preview: undefined }, signal);
    await note(desk, release, `all visitors come to the ${from} house`);
    if (working !== from) {
      await stopWork(desk, release, to, true);
      await startWork(desk, release, from);
    }
  }
  await empty(desk, release, to);
};
