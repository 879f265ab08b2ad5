import { type Base, Loop } from '@authorworks/platform';
import { scan } from './scan.ts';
import { sweep, type SweepContext } from './sweep.ts';

export interface Sweeper {
  readonly start: (context: SweepContext) => void;
  /** There is something to remove. */
  readonly wake: () => void;
}

const SWEEP_MS = 60_000;
/** Not at once: after a start there is other work, and not often: it asks for every object. */
const FIRST_SCAN_MS = 10 * 60_000;
const SCAN_MS = 12 * 60 * 60_000;

/** Clears away, in the background, what nothing needs any more. */
export const openSweeper = (base: Pick<Base, 'log' | 'clock' | 'onClose' | 'duty'>): Sweeper => {
  let loop: Loop | undefined;
  base.onClose('sweeper', async () => await loop?.close());
  return {
    start: (context) => {
      let nextScanMs = base.clock.monotonicMs() + FIRST_SCAN_MS;
      loop = new Loop('sweep', SWEEP_MS, base.log, async () => {
        await sweep(context);
        if (base.clock.monotonicMs() < nextScanMs) return;
        await scan(context);
        nextScanMs = base.clock.monotonicMs() + SCAN_MS;
      });
      const sweeping = loop;
      base.duty.whileWorking({ start: () => sweeping.start(), stop: async () => await sweeping.close() });
    },
    wake: () => loop?.wake(),
  };
};
