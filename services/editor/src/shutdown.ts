import type { Base } from '@authorworks/platform';
import type { CommitQueue } from './document/commit-queue.ts';
import type { Shelf } from './document/shelf.ts';

/** What may be spent on compacting open documents when the service ends; their updates are safe without it. */
const TIDY_MS = 3_000;

/**
 * Finishes what clients were promised: everything that is on its way is committed, then documents are closed. Registered
 * with the context, and so it comes after the sockets and the HTTP server are closed, before PostgreSQL is.
 */
export const closeInOrder = (
  base: Base,
  { queue, shelf }: { readonly queue: CommitQueue; readonly shelf: Shelf },
): void => {
  const settle = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, base.config.drainSeconds * 1000);
    });
    await Promise.race([queue.idle(), enough]);
    clearTimeout(timer);
  };
  base.onDrain('updates', settle);
  base.onClose('documents', async () => {
    await settle();
    queue.close();
    await shelf.close(base.clock.monotonicMs() + TIDY_MS);
  });
};
