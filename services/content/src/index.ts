import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { openContext } from './context.ts';
import { startListeners } from './listeners.ts';
import { routes } from './routes.ts';
import { startWorkers } from './workers.ts';

/** The book: series, books, parts, chapters, scenes, import, revisions, editions, export. */
export const content = defineService({
  name: 'content',
  version: '0.1.0',
  config,
  context: openContext,
  routes,
  start: (context) => {
    startListeners(context);
    startWorkers(context);
  },
});
