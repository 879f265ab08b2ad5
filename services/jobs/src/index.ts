import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { type JobsContext, openContext } from './context.ts';
import { startListeners } from './listeners.ts';
import { routes } from './routes.ts';
import { openReconciler } from './run/reconciler.ts';
import { startScheduler } from './task/scheduler.ts';

/** Background work: tasks by the clock, by hand and by events, and what operators see of the house. */
export const jobs = defineService({
  name: 'jobs',
  version: '0.1.0',
  config,
  context: openContext,
  routes: [routes],
  start: (context: JobsContext) => {
    const { postgres, tasks, runner, config } = context;
    startListeners(context);
    openReconciler({ base: context, postgres, runner, tasks, concurrentRuns: config.concurrentRuns }).start();
    startScheduler({ base: context, postgres, tasks, timeZone: config.timeZone });
  },
});
