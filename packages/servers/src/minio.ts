import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.ts';
import { keptSecret } from './kept-secret.ts';
import { commandLineOf, endProcess, isAlive, lastLines, pause, readPid } from './process.ts';
import { ServerError } from './server-error.ts';

export interface MinioOptions {
  /** Folder for the objects, the log and the keys; made when missing. */
  readonly directory: string;
  /** Path of the minio program, as `findMinio` tells. */
  readonly binary: string;
  readonly port?: number;
}

export interface MinioServer {
  readonly port: number;
  readonly pid: number;
  /** Origin of the S3 endpoint. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const START_MS = 60_000;

/** Where scripts/install-minio puts the program: a cache that is kept between runs. */
export const minioPath = (environment: Readonly<Record<string, string | undefined>>): string =>
  join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'authorworks', 'minio');

/** The minio program, or undefined when scripts/install-minio has not run. */
export const findMinio = (environment: Readonly<Record<string, string | undefined>>): string | undefined => {
  const path = minioPath(environment);
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
};

/** Its health page is ready a little before it answers to S3: a stranger's request is refused (403) only then. */
const isReady = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/probe`, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.status === 403;
  } catch {
    return false;
  }
};

const endMinio = async (pid: number): Promise<void> => {
  try {
    // a paused process does not hear SIGTERM
    process.kill(pid, 'SIGCONT');
  } catch {
    return;
  }
  await endProcess(pid, ['SIGTERM', 'SIGKILL'], 5_000);
};

/** Ends a server that a killed run left behind in the same folder. */
const endOrphan = async (pidFile: string, data: string): Promise<void> => {
  const pid = await readPid(pidFile);
  if (pid === undefined) return;
  const command = commandLineOf(pid);
  if (command.includes('server') && command.includes(data)) await endMinio(pid);
};

/** Starts MinIO on 127.0.0.1 in a folder. @throws ServerError when it cannot run. */
export const startMinio = async (options: MinioOptions): Promise<MinioServer> => {
  const directory = resolve(options.directory);
  const data = join(directory, 'data');
  await mkdir(data, { recursive: true });
  const pidFile = join(directory, 'minio.pid');
  const log = join(directory, 'minio.log');
  await endOrphan(pidFile, data);
  const accessKey = 'authorworks';
  const secretKey = await keptSecret(resolve(directory, 'secret-key'));
  const port = options.port ?? (await freePort());
  const output = openSync(log, 'a');
  const child = spawn(options.binary, ['server', data, '--quiet', '--address', `127.0.0.1:${port}`], {
    cwd: directory,
    stdio: ['ignore', output, output],
    detached: true,
    env: {
      HOME: directory,
      MINIO_ROOT_USER: accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
  });
  closeSync(output);
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const { pid } = child;
  if (pid === undefined) throw new ServerError(`${options.binary} cannot be run.`);
  await writeFile(pidFile, `${pid}\n${port}\n`);
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + START_MS;
  while (!(await isReady(url))) {
    if (!isAlive(pid) || child.exitCode !== null)
      throw new ServerError(`MinIO did not start: ${await lastLines(log, 3)}`);
    if (performance.now() > until) throw new ServerError('MinIO does not answer.');
    await pause(50);
  }
  return {
    port,
    pid,
    url,
    accessKey,
    secretKey,
    ended,
    stop: async () => await endMinio(pid),
  };
};
