import { contentJobs } from '@authorworks/contracts';
import { Loop } from '@authorworks/platform';
import { runCompilation } from './compilation/run-compilation.ts';
import type { ContentContext } from './context.ts';
import { runImport } from './import/run-import.ts';
import { finishAbandonedMoves, sweep } from './sweep.ts';

/** Moves of text are finished by who began them, within seconds; the loop is for those who were killed. */
const MOVES_EVERY_MS = 30_000;
const SWEEP_EVERY_MS = 10 * 60_000;

/** Long work, and what is done by the clock. */
export const startWorkers = (context: ContentContext): void => {
  const { queue, config, log, onClose, duty } = context;
  queue.work(contentJobs.importBook, config.importThreads, async (job) => await runImport(context, job));
  queue.work(contentJobs.compileBook, config.compileThreads, async (job) => await runCompilation(context, job));
  queue.start();
  const loops = [
    new Loop('text moves', MOVES_EVERY_MS, log, async () => await finishAbandonedMoves(context)),
    new Loop('sweep', SWEEP_EVERY_MS, log, async () => await sweep(context)),
  ];
  for (const loop of loops) {
    duty.whileWorking({ start: () => loop.start(), stop: async () => await loop.close() });
    onClose('loop', async () => await loop.close());
  }
};
