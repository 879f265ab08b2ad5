import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { openContext, type StorageContext } from './context.ts';
import { routes } from './routes.ts';

export const storage = defineService({
  name: 'storage',
  version: '0.1.0',
  config,
  context: openContext,
  routes: [routes],
  start: (context: StorageContext) => {
    context.bus.start();
    context.sweeper.start(context);
  },
});
