import type { Base, ConfigOf, Context } from '@authorworks/platform';
import { type Bus, openBus } from '@authorworks/platform/bus';
import { openPostgres, type Postgres } from '@authorworks/platform/postgres';
import { openRedis, type RedisConnections } from '@authorworks/platform/redis';
import type { config } from './config.ts';
import { ownMachine } from './house/own-machine.ts';
import type { Machines } from './house/machines.ts';
import { openProcessRunner } from './runner/process/process-runner.ts';
import type { TaskRunner } from './runner/task-runner.ts';
import { type Inspections, openInspections } from './service-queue/inspections.ts';
import { readSchedule } from './task/schedule-policy.ts';
import { openTasks, type TaskTable } from './task/task-table.ts';

type Config = Base<ConfigOf<typeof config>>;

/** Everything that operations, schedules and runs of this service use; built once when it starts. */
export interface JobsContext extends Context {
  readonly config: Config['config'];
  readonly postgres: Postgres;
  readonly redis: RedisConnections;
  readonly bus: Bus;
  readonly tasks: TaskTable;
  readonly runner: TaskRunner;
  readonly machines: Machines;
  readonly inspections: Inspections;
}

/** Where tasks run and what operators see of it: one choice. */
const openPlace = async (base: Config): Promise<Pick<JobsContext, 'runner' | 'machines'>> => {
  const { runner, serviceKey } = base.config;
  if (runner.kind === 'process') {
    const options = { directory: runner.runsDirectory, serviceKey, services: base.directory, log: base.log };
    return { runner: await openProcessRunner(options), machines: ownMachine() };
  }
  // the client of Kubernetes takes a second and 80 MB: only who needs it loads it
  const { openCluster } = await import('./cluster/cluster.ts');
  return openCluster(base, runner);
};

export const openContext = async (base: Config): Promise<JobsContext> => {
  const tasks = openTasks(base.metrics);
  // a wrong schedule or time zone is found at the start, not in the night
  for (const { schedule } of tasks.all) readSchedule(schedule, base.config.timeZone).nextRun();
  const postgres = await openPostgres(base, new URL('../prisma/migrations/', import.meta.url));
  const redis = openRedis(base);
  return {
    ...base,
    ...(await openPlace(base)),
    postgres,
    redis,
    tasks,
    bus: openBus(base, postgres, redis),
    idempotency: postgres.idempotency,
    inspections: openInspections(base),
  };
};
