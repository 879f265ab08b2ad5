import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { openContext } from './context.ts';
import { startListeners } from './listeners.ts';
import { startLoops } from './loops.ts';
import { routes } from './routes.ts';
import { attachSockets } from './sockets.ts';

/** Write together: the live documents, one for each scene. */
export const editor = defineService({
  name: 'editor',
  version: '0.1.0',
  config,
  context: openContext,
  routes,
  attach: attachSockets,
  start: (context) => {
    startListeners(context);
    startLoops(context);
  },
});
