import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { openContext, type UserContext } from './context.ts';
import { listen } from './listeners.ts';
import { routes } from './routes.ts';
import { startWorkers } from './workers.ts';

export const user = defineService({
  name: 'user',
  version: '0.1.0',
  config,
  context: openContext,
  routes: [routes],
  start: (context: UserContext) => {
    listen(context);
    startWorkers(context);
  },
});
