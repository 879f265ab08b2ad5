// Start and memory of the one-command mode:  npm run bench:start
//   first start (empty data folder, everything installed), second start, start after kill -9; memory at rest of all
//   processes; and each service's share, as far as it can be told: by starting them one after the other in one process.
import { builtServiceNames, services } from '@authorworks/contracts';
import { openNetwork } from '@authorworks/local';
import { findRedis, startPostgres, startRedis } from '@authorworks/servers';
import { join } from 'node:path';
import { startHouseProcess } from '@authorworks/local/house-process';
import { familyOf, median, memoryOf, newDataDirectory, printTable, removeDirectory } from './lib.ts';

const RUNS = Number(process.env['RUNS'] ?? 5);
const TARGET_MS = 10_000;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const settle = async (): Promise<void> => await new Promise((done) => setTimeout(done, 3_000));

const starts = { first: [] as number[], second: [] as number[], killed: [] as number[] };
const memory: { node: number; servers: number }[] = [];

const measureMemory = (pid: number): void => {
  const [node = 0, ...servers] = familyOf(pid).map((member) => memoryOf(member).pssMiB);
  memory.push({ node, servers: servers.reduce((sum, share) => sum + share, 0) });
};

for (let run = 0; run < RUNS; run += 1) {
  const directory = await newDataDirectory();
  try {
    const first = await startHouseProcess({ dataDirectory: directory, byScript: true });
    starts.first.push(first.startMs);
    await first.stop();
    const second = await startHouseProcess({ dataDirectory: directory, byScript: true });
    starts.second.push(second.startMs);
    await settle();
    measureMemory(second.pid);
    await second.stop('SIGKILL');
    const afterKill = await startHouseProcess({ dataDirectory: directory, byScript: true });
    starts.killed.push(afterKill.startMs);
    await afterKill.stop();
  } finally {
    await removeDirectory(directory);
  }
}

console.log(`\nStart of the one-command mode, ${RUNS} runs (aim: second start below ${seconds(TARGET_MS)})`);
printTable([
  ['', 'median', 'slowest'],
  ...Object.entries({ 'first start': starts.first, 'second start': starts.second, 'after kill -9': starts.killed }).map(
    ([name, values]) => [name, seconds(median(values)), seconds(Math.max(...values))],
  ),
]);

console.log('\nMemory at rest (proportional set size, median)');
printTable([
  ['', 'MiB'],
  ['all services, one Node process', median(memory.map(({ node }) => node)).toFixed(0)],
  ['PostgreSQL and Redis', median(memory.map(({ servers }) => servers)).toFixed(0)],
  ['the whole house', median(memory.map(({ node, servers }) => node + servers)).toFixed(0)],
]);

const directory = await newDataDirectory();
const postgres = await startPostgres({ directory: join(directory, 'postgres') });
const redis = await startRedis({
  directory: join(directory, 'redis'),
  binary: findRedis(process.env['PATH'] ?? '') ?? 'redis-server',
});
const variables = {
  PORT: '0',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'silent',
  SERVICE_KEY: 'a key for a benchmark, long enough to be one',
  DATABASE_URL: postgres.url(),
  REDIS_URL: redis.url,
  BLOBS: 'disk',
  BLOBS_DIRECTORY: join(directory, 'files'),
  MAIL: 'outbox',
  MAIL_OUTBOX_DIRECTORY: join(directory, 'outbox'),
};
const network = await openNetwork({ services: [], variablesOf: () => variables });
const shares: string[][] = [['', 'ms', 'MiB more', 'budget in a pod of its own']];
const collect = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1024 / 1024;
};
let before = collect();
shares.push(['Node, TypeScript and this script', '', before.toFixed(0), '']);
for (const name of builtServiceNames) {
  const began = performance.now();
  await network.start(name);
  const after = collect();
  const { request, limit } = services[name].memoryMiB;
  shares.push([name, (performance.now() - began).toFixed(0), (after - before).toFixed(0), `${request}–${limit} MiB`]);
  before = after;
}
console.log(
  '\nShare of each service, started one after the other in one process (what a library costs falls on the first that loads it)',
);
printTable(shares);
await network.close();
await postgres.stop();
await redis.stop();
await removeDirectory(directory);
