import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { freePort } from './free-port.ts';
import { keptSecret } from './kept-secret.ts';
import { commandLineOf, endProcess, isAlive, lastLines, pause, readPid } from './process.ts';
import { ServerError } from './server-error.ts';

export interface RedisOptions {
  /** Folder for the append-only file, the log and the password; made when missing. */
  readonly directory: string;
  /** Path of redis-server or valkey-server. */
  readonly binary: string;
  readonly port?: number;
}

export interface RedisServer {
  readonly port: number;
  readonly pid: number;
  readonly url: string;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const START_MS = 30_000;

/** redis-server or valkey-server on a search path such as $PATH; undefined when there is none. */
export const findRedis = (searchPath: string): string | undefined => {
  for (const folder of searchPath.split(delimiter)) {
    for (const name of ['redis-server', 'valkey-server']) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not here
      }
    }
  }
  return undefined;
};

const ping = async (port: number, password: string): Promise<boolean> =>
  await new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('PONG') || answer.includes('-LOADING')) socket.destroy();
    });
    socket.on('error', () => done(false));
    socket.on('close', () => done(answer.includes('PONG')));
  });

/** Ends a server that a killed house left behind: two on one append-only file would destroy it. */
const endOrphan = async (pidFile: string): Promise<void> => {
  const pid = await readPid(pidFile);
  if (pid === undefined || !/(redis|valkey)-server/.test(commandLineOf(pid))) return;
  const [, port = ''] = (await readFile(pidFile, 'utf8')).split('\n');
  if (commandLineOf(pid).includes(`:${port}`)) await endProcess(pid, ['SIGTERM', 'SIGKILL'], 5_000);
};

const configuration = (directory: string, port: number, password: string): string =>
  [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir "${directory}"`,
    `requirepass ${password}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    // queues live here: under memory pressure a write must fail loudly, never drop another key
    'maxmemory-policy noeviction',
    'databases 16',
    'daemonize no',
  ].join('\n');

/** Starts Redis (or Valkey) on 127.0.0.1 in a folder, append-only. @throws ServerError when it cannot run. */
export const startRedis = async (options: RedisOptions): Promise<RedisServer> => {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const pidFile = resolve(directory, 'redis.pid');
  const log = resolve(directory, 'redis.log');
  await endOrphan(pidFile);
  const password = await keptSecret(resolve(directory, 'password'));
  const port = options.port ?? (await freePort());
  const output = openSync(log, 'a');
  // settings through standard input, so that the password is in no process list
  const child = spawn(options.binary, ['-'], { cwd: directory, stdio: ['pipe', output, output], detached: true });
  closeSync(output);
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(configuration(directory, port, password));
  const { pid } = child;
  if (pid === undefined) throw new ServerError(`${options.binary} cannot be run.`);
  await writeFile(pidFile, `${pid}\n${port}\n`);
  const until = performance.now() + START_MS;
  while (!(await ping(port, password))) {
    if (!isAlive(pid) || child.exitCode !== null)
      throw new ServerError(`Redis did not start: ${await lastLines(log, 3)}`);
    if (performance.now() > until) throw new ServerError('Redis does not answer.');
    await pause(20);
  }
  return {
    port,
    pid,
    url: `redis://:${password}@127.0.0.1:${port}`,
    ended,
    stop: async () => await endProcess(pid, ['SIGTERM', 'SIGKILL'], 10_000),
  };
};
