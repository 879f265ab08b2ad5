// A worker in a process of its own, for tests that kill it. Its settings come as JSON in argv.
import { startToy } from './start-toy.ts';
import { countJob, type ToyContext } from './toy.ts';

const service = await startToy(JSON.parse(process.argv[2] ?? '{}') as Record<string, string>);
const { queue } = service.context as ToyContext;
queue.work(countJob, 1, async ({ checkpoint, saveCheckpoint, attempt }) => {
  process.send?.({ attempt, checkpoint });
  await saveCheckpoint({ done: 41 });
  process.send?.({ saved: true });
  return await new Promise(() => undefined);
});
queue.start();
process.on('disconnect', () => process.exit(0));
