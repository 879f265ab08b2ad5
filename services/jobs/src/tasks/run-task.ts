import { writeFileSync } from 'node:fs';
import {
  contentApi,
  inspectionApiOf,
  platformErrors,
  type ServiceName,
  serviceNames,
  storageApi,
  type TaskDefinition,
} from '@authorworks/contracts';
import {
  AppError,
  clusterDirectory,
  ConfigError,
  type ConfigSource,
  createIdentity,
  defineConfig,
  type Directory,
  directorySettings,
  list,
  optional,
  readConfig,
  serviceClient,
  text,
  translateError,
} from '@authorworks/platform';
import { type Result, RESULT_LIMIT_BYTES, writeResult, writeTelling } from './protocol.ts';
import type { TaskCall, TaskHouse, TaskWork } from './task-call.ts';

/** Settings of a task's process; the service gives them (runner/), the chart what is the same for all. */
export const taskSettings = defineConfig({
  ...directorySettings,
  serviceUrls: list({ doc: 'Where services are, as NAME=URL; goes before SERVICE_URL' }),
  serviceKey: text({ doc: 'Secret that the services of one house share', secret: true }),
  taskInput: text({ doc: 'Input of the task, JSON', default: '{}' }),
  taskCheckpoint: optional(text({ doc: 'What an earlier attempt has saved, JSON' })),
  taskResultFile: text({ doc: 'Where the result is left', default: '/dev/termination-log' }),
});

/** Nobody waits, and rules of the network know a new pod's address a moment after it has begun; until then it is refused. */
const RETRY_WAITS_MS = [50, 250, 1_000, 3_000];
/** Ended by SIGTERM, as shells count. */
const TERMINATED = 143;
const PROGRESS_STEP = 0.5;

const directoryOf = (serviceUrl: string, serviceUrls: readonly string[]): Directory => {
  const known = new Map(
    serviceUrls.map((entry) => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)] as const;
    }),
  );
  const others = clusterDirectory(serviceUrl);
  return { urlOf: (service) => known.get(service) ?? others.urlOf(service) };
};

const houseOf = (directory: Directory, serviceKey: string): TaskHouse => {
  const base = { directory, identity: createIdentity('jobs', serviceKey) };
  return {
    directory,
    content: serviceClient(base, 'content', contentApi, RETRY_WAITS_MS),
    storage: serviceClient(base, 'storage', storageApi, RETRY_WAITS_MS),
    inspectionOf: (service) => {
      const name = serviceNames.find((known): known is ServiceName => known === service);
      if (!name) throw new Error(`there is no service ${service}`);
      return serviceClient(base, name, inspectionApiOf(name), RETRY_WAITS_MS);
    },
  };
};

const failureOf = (error: unknown): Result => {
  const { definition, message } = translateError(error);
  const final = error instanceof AppError && definition.status < 500;
  // what is not ours is told in full in the log, which only operators read
  const told = definition === platformErrors.internal ? (error as Error).message : message;
  return { error: { code: definition.code, message: told.slice(0, 900), final } };
};

export interface TaskProgram {
  readonly definition: TaskDefinition;
  readonly work: TaskWork<TaskDefinition>;
}

/** Pairs a task with what it does. */
export const taskProgram = <T extends TaskDefinition>(definition: T, work: TaskWork<T>): TaskProgram => ({
  definition,
  // its work only ever gets input that its own definition parsed
  work,
});

const callOf = (input: unknown, house: TaskHouse, checkpoint: unknown, signal: AbortSignal): TaskCall => {
  let told = -1;
  return {
    input,
    house,
    checkpoint,
    signal,
    saveCheckpoint: (saved) => void process.stdout.write(writeTelling({ checkpoint: saved })),
    progress: (percent, note) => {
      const progress = Math.max(0, Math.min(100, percent));
      if (note === undefined && Math.abs(progress - told) < PROGRESS_STEP) return;
      told = progress;
      process.stdout.write(writeTelling({ progress, ...(note === undefined ? {} : { note: note.slice(0, 200) }) }));
    },
    log: (line) => void process.stdout.write(`${line}\n`),
  };
};

const runProgram = async ({ definition, work }: TaskProgram, source: ConfigSource, signal: AbortSignal) => {
  const settings = readConfig('jobs', taskSettings, source);
  const leave = (result: Result): void => {
    const written = writeResult(result);
    if (Buffer.byteLength(written) > RESULT_LIMIT_BYTES)
      throw new Error(`the result takes more than ${RESULT_LIMIT_BYTES} bytes`);
    writeFileSync(settings.taskResultFile, written);
  };
  try {
    const input = definition.input.parse(JSON.parse(settings.taskInput));
    const checkpoint: unknown = settings.taskCheckpoint === undefined ? null : JSON.parse(settings.taskCheckpoint);
    const house = houseOf(directoryOf(settings.serviceUrl, settings.serviceUrls), settings.serviceKey);
    const output = await work(callOf(input, house, checkpoint, signal));
    leave({ output: definition.output.parse(output) });
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).stack}\n`);
    leave(failureOf(error));
    return 1;
  }
};

/**
 * The entry of a task's process: `node task-main.ts TYPE NAME`. Exits with 0 and a result, or 1 and an error in its place;
 * 78 (EX_CONFIG) when settings are wrong, 143 when it was asked to end.
 */
export const runTask = async (programs: readonly TaskProgram[], source: ConfigSource): Promise<void> => {
  const [, , type = ''] = process.argv;
  const program = programs.find(({ definition }) => definition.type === type);
  const stop = new AbortController();
  const end = (code: number): void => {
    stop.abort(new Error('the task was asked to end'));
    process.exit(code);
  };
  process.once('SIGTERM', () => end(TERMINATED));
  // on a laptop we are a child of the service and do not live longer than it; the channel tells, but does not keep us alive
  process.once('disconnect', () => end(TERMINATED));
  process.channel?.unref();
  try {
    if (!program) throw new Error(`there is no task "${type}"`);
    process.exitCode = await runProgram(program, source, stop.signal);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = error instanceof ConfigError ? 78 : 1;
  }
};
