import { contentEvents, jobsTasks } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import type { JobsContext } from './context.ts';
import { insertRun } from './run/run-store.ts';

/** What this service does when something happens elsewhere. Each may hear an event twice, or late. */
export const startListeners = ({ bus, postgres }: JobsContext): void => {
  const { checkEditions } = jobsTasks;
  bus.listen(contentEvents.bookPublished, 'check-edition', async ({ slug }, { meta }) => {
    await insertRun(postgres.sql, {
      id: newId(),
      task: checkEditions.type,
      key: `event ${meta.id}`,
      cause: 'event',
      input: { slug },
      maxAttempts: checkEditions.attempts,
      createdBy: null,
    });
  });
  bus.start();
};
