import {
  ApiError,
  type Client,
  createClient,
  jobsApi,
  type JobsApi,
  type Run,
  type TaskDefinition,
} from '@authorworks/contracts';
import type { Clock } from '@authorworks/platform';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  TEST_SERVICE_KEY,
  type TestIssuer,
  type TestServers,
  type TestService,
} from '@authorworks/platform/testing';
import { join } from 'node:path';
import type { JobsContext } from '../../src/context.ts';
import { jobs } from '../../src/index.ts';
import { openProcessRunner } from '../../src/runner/process/process-runner.ts';
import type { TaskRunner } from '../../src/runner/task-runner.ts';
import { PROGRAM, tableOf } from './table.ts';

export { tableOf };

/** The service jobs with tasks of tests, which can be stopped and started again on what it has kept. */
export interface JobsHouse {
  readonly servers: TestServers;
  readonly service: () => TestService;
  readonly operator: Client<JobsApi>;
  readonly clientOf: (token: string) => Client<JobsApi>;
  readonly issuer: TestIssuer;
  readonly moveClock: (milliseconds: number) => void;
  /** Waits until a run is over, or is as it is wanted. */
  readonly until: (id: Run['id'], wanted: (run: Run) => boolean) => Promise<Run>;
  readonly run: (task: TaskDefinition, input?: unknown) => Promise<Run>;
  /** Retries begin at once, not after their wait. */
  readonly hurry: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const movableClock = (): { clock: Clock; move: (milliseconds: number) => void } => {
  let offset = 0;
  return {
    clock: { now: () => new Date(Date.now() + offset), monotonicMs: () => performance.now() },
    move: (milliseconds) => {
      offset += milliseconds;
    },
  };
};

const isOver = ({ status }: Run): boolean => status !== 'queued' && status !== 'running';
export const refusal = async (call: Promise<unknown>): Promise<{ status: number; code: string; message?: string }> =>
  await call.then(
    () => ({ status: 200, code: '' }),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.status, code: error.code, message: error.message };
    },
  );

/** Nobody lives there; tasks of tests ask nobody. */
const nobody = { urlOf: () => 'http://127.0.0.1:2' };

export const openProcesses = async (servers: TestServers, folder = 'processes'): Promise<TaskRunner> =>
  await openProcessRunner({
    directory: join(servers.directory, folder),
    program: PROGRAM,
    serviceKey: TEST_SERVICE_KEY,
    services: nobody,
    log: { warn: () => undefined },
  });

export interface JobsHouseOptions {
  /** Opened anew with each start of the service. */
  readonly openRunner?: (servers: TestServers) => Promise<TaskRunner>;
  readonly variables?: Readonly<Record<string, string>>;
  /** All tasks of tests when absent. */
  readonly tasks?: readonly TaskDefinition[];
}

export const startJobsHouse = async (options: JobsHouseOptions = {}): Promise<JobsHouse> => {
  const [servers, issuer] = await Promise.all([startTestServers(), startTestIssuer()]);
  const { clock, move } = movableClock();
  const start = async (): Promise<TestService> =>
    await startTestService(jobs, servers, {
      clock,
      variables: { RUNS_DIRECTORY: join(servers.directory, 'unused'), ...options.variables },
      neighbours: { user: issuer.url },
      overrides: { tasks: tableOf(options.tasks), runner: await (options.openRunner ?? openProcesses)(servers) },
    });
  let service = await start();
  const clientOf = (token: string): Client<JobsApi> =>
    createClient(jobsApi, { baseUrl: () => service.url, headers: () => ({ authorization: `Bearer ${token}` }) });
  const operator = clientOf(await issuer.tokenFor({ roles: ['operator'], lifetimeSeconds: 400 * 24 * 3_600 }));
  const context = (): JobsContext => service.context as JobsContext;
  return {
    servers,
    issuer,
    operator,
    clientOf,
    service: () => service,
    moveClock: move,
    until: async (id, wanted) =>
      await eventually(async () => {
        const run = await operator.readRun({ params: { runId: id } });
        if (!wanted(run)) throw new Error(`the run is ${JSON.stringify(run)}`);
        return run;
      }, 40_000),
    run: async (task, input) =>
      await operator.createRun({ body: { task: task.type, ...(input === undefined ? {} : { input }) } }),
    hurry: async () =>
      void (await context().postgres.sql.query(`UPDATE run SET run_at = now() WHERE status = 'queued'`)),
    restart: async () => {
      await service.close();
      service = await start();
    },
    stop: async () => {
      await service.close();
      await issuer.stop();
      await servers.stop();
    },
  };
};

/** The whole log of an attempt, as the console reads it. */
export const logOf = async (operator: Client<JobsApi>, runId: Run['id'], attempt?: number): Promise<string> =>
  (await operator.readRunLog({ params: { runId }, query: attempt === undefined ? {} : { attempt } })).text;

export { isOver };
