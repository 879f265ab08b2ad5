import { otherColour } from '@authorworks/contracts';
import { type Desk, note } from './desk.ts';
import type { Release } from './journal.ts';
import { watch } from './watch.ts';

/**
 * Lets people into the new house, step by step, and watches how they are answered. Steps that were reached before an
 * interruption are not made again, except the last of them, which may not have been watched.
 */
export const open = async (desk: Desk, release: Release): Promise<void> => {
  const { edge, options, signal } = desk;
  const { to, from = otherColour(to) } = release;
  const { weights } = await edge.doors();
  const reached = release.from ? weights[to] : 0;
  const steps = release.from && release.kind === 'deploy' ? options.steps.filter((step) => step >= reached) : [100];
  for (const step of steps) {
    const live = step === 100 ? to : from;
    await edge.set({ weights: { [to]: step, [from]: 100 - step } as Record<typeof to, number>, live }, signal);
    await note(desk, release, `${step} % of the visitors come to the ${to} house`);
    const watched = await watch(desk, { of: to, old: from });
    await note(desk, release, `${step} %: ${watched}`);
  }
};
