import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceName, serviceNames } from '@authorworks/contracts';
import type { Directory, Logger } from '@authorworks/platform';
import type { Launch, TaskRunner } from '../task-runner.ts';
import { groupMemory } from './group-memory.ts';
import { clearLeftovers } from './leftovers.ts';
import { TaskProcess } from './task-process.ts';

/** How often it is looked whether a process takes more memory than it may. */
const MEMORY_EVERY_MS = 500;
/** For a kill that was asked for to be carried out. */
const CLOSE_MS = 6_000;

const PROGRAM = fileURLToPath(new URL('../../task-main.ts', import.meta.url));

export interface ProcessRunnerOptions {
  /** Where each process has a folder of its own while it runs. */
  readonly directory: string;
  /** Node program that runs a task; the house's own unless told otherwise. */
  readonly program?: string;
  readonly serviceKey: string;
  readonly services: Directory;
  readonly log: Pick<Logger, 'warn'>;
}

/** Addresses of the neighbours, as task-main.ts reads them. */
const addresses = (services: Directory): string =>
  serviceNames.map((name: ServiceName) => `${name}=${services.urlOf(name)}`).join(',');

const environment = ({ directory, serviceKey, services }: ProcessRunnerOptions, launch: Launch) => ({
  NODE_ENV: 'production',
  TASK_INPUT: JSON.stringify(launch.input),
  ...(launch.checkpoint === null || launch.checkpoint === undefined
    ? {}
    : { TASK_CHECKPOINT: JSON.stringify(launch.checkpoint) }),
  TASK_RESULT_FILE: join(directory, launch.name, 'result.json'),
  SERVICE_KEY: serviceKey,
  SERVICE_URLS: addresses(services),
});

/**
 * Tasks as processes of this machine. They end with the service, whatever kills it; which of them had been under way is
 * in the rows, and they are run again.
 */
export const openProcessRunner = async (options: ProcessRunnerOptions): Promise<TaskRunner> => {
  const { directory, program = PROGRAM, log } = options;
  const processes = new Map<string, TaskProcess>();
  const wakers: (() => void)[] = [];
  let closed = false;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const left = await clearLeftovers(directory);
  if (left.length > 0)
    log.warn({ names: left }, 'tasks of a service that was killed were still running, and are ended');

  const watchMemory = setInterval(() => {
    const running = [...processes.values()].filter((one) => !one.see('').ending);
    if (running.length === 0) return;
    void groupMemory().then(
      (groups) => running.forEach((one) => one.holdMemory(groups)),
      (error: unknown) => log.warn({ err: error }, 'the memory of tasks cannot be measured'),
    );
  }, MEMORY_EVERY_MS);

  return {
    kind: 'process',
    start: async (launch) => {
      if (closed || processes.has(launch.name)) return;
      const folder = join(directory, launch.name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { task } = launch;
      const started = new TaskProcess(
        {
          name: launch.name,
          program,
          task: task.type,
          directory: folder,
          env: environment(options, launch),
          memoryMiB: task.memoryMiB.limit,
          timeoutMs: task.timeoutMs,
        },
        () => wakers.forEach((wake) => wake()),
      );
      processes.set(launch.name, started);
      if (started.pid !== undefined) await writeFile(join(folder, 'pid'), String(started.pid));
    },
    list: async () =>
      await Promise.resolve(new Map([...processes].map(([name, one]) => [name, one.see(hostname())] as const))),
    readLog: async (name, mark) =>
      await Promise.resolve(processes.get(name)?.output.read(mark) ?? { text: '', mark: mark ?? '0', skipped: false }),
    stop: async (name) => await Promise.resolve(processes.get(name)?.stop({ kind: 'failed', note: 'stopped' })),
    forget: async (name) => {
      processes.get(name)?.remove();
      await Promise.resolve(processes.delete(name));
    },
    onChange: (wake) => void wakers.push(wake),
    close: async () => {
      closed = true;
      clearInterval(watchMemory);
      for (const one of processes.values()) one.stop({ kind: 'evicted', note: 'the service was closed' });
      const all = Promise.all([...processes.values()].map(async ({ ended }) => await ended));
      let patience: NodeJS.Timeout | undefined;
      await Promise.race([all, new Promise((resolve) => (patience = setTimeout(resolve, CLOSE_MS)))]);
      clearTimeout(patience);
    },
  };
};
