import { freePort } from '@authorworks/servers';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The one-command mode in a process of its own, as a person starts it; for tests and benchmarks that kill it. */
export interface HouseProcess {
  readonly url: string;
  readonly pid: number;
  readonly dataDirectory: string;
  /** From the start of the process until it said that the house is open. */
  readonly startMs: number;
  readonly operator: { readonly email: string; readonly password: string };
  /** Everything that it printed so far. */
  readonly output: () => string;
  /** Sends a signal and waits for the end of the Node process. Its servers live on after SIGKILL, as after a crash. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Process id of the running PostgreSQL or Redis. */
  readonly serverPid: (server: 'postgres' | 'redis') => number;
}

export interface HouseProcessOptions {
  readonly dataDirectory: string;
  /** A free port when absent. */
  readonly port?: number;
  /** Further arguments of scripts/start. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Goes through scripts/start, which looks for what is missing first, as a person does; else Node is started at once. */
  readonly byScript?: boolean;
}

/** The house did not open; the message is all that it printed. */
export class HouseDidNotOpen extends Error {
  override readonly name = 'HouseDidNotOpen';
  readonly exitCode: number | null;
  constructor(exitCode: number | null, output: string) {
    super(output);
    this.exitCode = exitCode;
  }
}

const repository = resolve(import.meta.dirname, '..', '..', '..');

const endOf = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((done) => child.once('exit', done));
};

const pidFiles = { postgres: 'postgres/cluster/postmaster.pid', redis: 'redis/redis.pid' } as const;

/** @throws HouseDidNotOpen when it ends before it is open. */
export const startHouseProcess = async (options: HouseProcessOptions): Promise<HouseProcess> => {
  const { dataDirectory } = options;
  const port = options.port ?? (await freePort());
  const began = performance.now();
  const [command, ...before] = options.byScript
    ? ([join(repository, 'scripts', 'start')] as const)
    : ([process.execPath, join(repository, 'packages', 'local', 'src', 'main.ts')] as const);
  const child = spawn(command, [...before, '--port', String(port), '--data', dataDirectory, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let output = '';
  const startMs = await new Promise<number>((done, refuse) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Ctrl-C closes it')) done(performance.now() - began);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => refuse(new HouseDidNotOpen(code, output)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    dataDirectory,
    startMs,
    operator: {
      email: /First sign-in:\s+(\S+)/.exec(output)?.[1] ?? '',
      password: /Password:\s+(\S+)/.exec(output)?.[1] ?? '',
    },
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await endOf(child);
    },
    serverPid: (server) => Number(readFileSync(join(dataDirectory, pidFiles[server]), 'utf8').split('\n')[0]),
  };
};
