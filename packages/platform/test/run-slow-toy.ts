// A pod's main.ts that takes a while to start.
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../src/run.ts';
import { hardToy } from './http-toy.ts';

await run({
  ...hardToy,
  start: async (options) => {
    process.stdout.write('it starts\n');
    await delay(1000);
    return await hardToy.start(options);
  },
});
