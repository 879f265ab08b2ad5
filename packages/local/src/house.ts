import { builtServiceNames, createClient, type ServiceName, userApi } from '@authorworks/contracts';
import { createIdentity } from '@authorworks/platform';
import { type PostgresServer, type RedisServer, ServerError, startPostgres, startRedis } from '@authorworks/servers';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Network, openNetwork } from './network.ts';
import { supervise, type Supervision } from './supervisor.ts';

export interface HouseOptions {
  /** Folder for everything that has to survive. */
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  /** Path of redis-server or valkey-server. */
  readonly redisBinary: string;
  readonly logLevel: string;
  /** Told what is being done, for the person who waits. */
  readonly onProgress: (step: string, milliseconds?: number) => void;
}

export interface House {
  readonly url: string;
  readonly network: Network;
  /** E-mail address and password of the first operator; the password is only known until it is changed. */
  readonly operator: { readonly email: string; readonly password: string };
  readonly close: () => Promise<void>;
}

/** With less than this, PostgreSQL cannot even recover. */
const NEEDED_BYTES = 200 * 1024 * 1024;
const LOG_BYTES = 50 * 1024 * 1024;

/**
 * Makes the data folder and looks whether it can be written to.
 * @throws ServerError when not, or when the disk is (almost) full.
 */
export const prepareFolder = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    const probe = join(directory, '.writable');
    await writeFile(probe, 'x');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new ServerError(`The disk is full: nothing can be written to ${directory}.`, { cause });
    throw new ServerError(`${directory} cannot be written to (${code}). Choose another folder with --data.`, { cause });
  }
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < NEEDED_BYTES) {
    throw new ServerError(
      `The disk is almost full: ${Math.floor((bavail * bsize) / 1024 / 1024)} MB are free at ${directory}, 200 MB are needed.`,
    );
  }
};

const checkPort = async (host: string, port: number): Promise<void> =>
  await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE')
        reject(
          new ServerError(
            `Port ${port} is taken by another program. Choose another: scripts/start --port ${port + 1}`,
            { cause },
          ),
        );
      else if (cause.code === 'EACCES')
        reject(
          new ServerError(`Port ${port} needs more rights. Choose one above 1024: scripts/start --port 8080`, {
            cause,
          }),
        );
      else reject(new ServerError(`${host}:${port} cannot be listened on (${cause.code}).`, { cause }));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });

interface Secrets {
  readonly serviceKey: string;
  readonly operatorEmail: string;
  readonly operatorPassword: string;
}

/** Made once; the file is the only copy, and readable by its owner alone. */
const readSecrets = async (dataDirectory: string): Promise<Secrets> => {
  const path = join(dataDirectory, 'secrets.json');
  if (existsSync(path)) return JSON.parse(await readFile(path, 'utf8')) as Secrets;
  const made: Secrets = {
    serviceKey: randomBytes(32).toString('base64url'),
    operatorEmail: 'author@example.org',
    operatorPassword: randomBytes(9).toString('base64url'),
  };
  await writeFile(`${path}.new`, JSON.stringify(made, null, 2), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return made;
};

const openLog = async (dataDirectory: string): Promise<WriteStream> => {
  await mkdir(join(dataDirectory, 'logs'), { recursive: true });
  const path = join(dataDirectory, 'logs', 'house.log');
  if (existsSync(path) && statSync(path).size > LOG_BYTES) renameSync(path, `${path}.1`);
  const stream = createWriteStream(path, { flags: 'a' });
  // a full disk must not take the house down: what cannot be logged is lost, nothing else
  stream.on('error', () => undefined);
  return stream;
};

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

interface Servers {
  readonly postgres: Supervision<PostgresServer>;
  readonly redis: Supervision<RedisServer>;
}

const variables = (options: HouseOptions, secrets: Secrets, servers: Servers, url: string) => {
  const { dataDirectory, host, port, logLevel } = options;
  const shared = {
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: url,
    LOG_LEVEL: logLevel,
    SERVICE_KEY: secrets.serviceKey,
    DATABASE_URL: servers.postgres.server.url(),
    DATABASE_POOL_SIZE: '6',
    REDIS_URL: servers.redis.server.url,
    BLOBS: 'disk',
    BLOBS_DIRECTORY: join(dataDirectory, 'files'),
    MAIL: 'outbox',
    MAIL_OUTBOX_DIRECTORY: join(dataDirectory, 'outbox'),
    RUNNER: 'process',
    RUNS_DIRECTORY: join(dataDirectory, 'runs'),
    EMAIL_VERIFICATION: 'optional',
    // whoever can reach a house on the loopback interface sits at the machine; on a network only the operator may read mails
    OUTBOX_ACCESS: isLoopback(host) ? 'anyone' : 'operator',
    DRAIN_SECONDS: '5',
  };
  return (service: ServiceName): Record<string, string> =>
    service === 'gateway' ? { ...shared, HOST: host, PORT: String(port) } : shared;
};

const startServers = async (options: HouseOptions): Promise<Servers> => {
  const { dataDirectory, onProgress } = options;
  const notice = (name: string) => (error?: Error) =>
    onProgress(
      error ? `${name} could not be started again: ${error.message}` : `${name} had ended and was started again`,
    );
  const began = performance.now();
  const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
    const result = await work;
    onProgress(step, Math.round(performance.now() - began));
    return result;
  };
  const results = await Promise.allSettled([
    timed(
      'PostgreSQL',
      supervise(
        async (port) => await startPostgres({ directory: join(dataDirectory, 'postgres'), ...(port ? { port } : {}) }),
        notice('PostgreSQL'),
      ),
    ),
    timed(
      'Redis',
      supervise(
        async (port) =>
          await startRedis({
            directory: join(dataDirectory, 'redis'),
            binary: options.redisBinary,
            ...(port ? { port } : {}),
          }),
        notice('Redis'),
      ),
    ),
  ]);
  const [postgres, redis] = results;
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled')
    return { postgres: postgres.value, redis: redis.value };
  if (postgres.status === 'fulfilled') await postgres.value.stop();
  if (redis.status === 'fulfilled') await redis.value.stop();
  throw results.find((result) => result.status === 'rejected')?.reason as Error;
};

/**
 * Opens the whole house in this process: PostgreSQL and Redis as child processes, every built service, the gateway last.
 * @throws ServerError with one sentence for the person at the keyboard.
 */
export const openHouse = async (options: HouseOptions): Promise<House> => {
  const { dataDirectory, host, port, onProgress } = options;
  await checkPort(host, port);
  const secrets = await readSecrets(dataDirectory);
  const log = await openLog(dataDirectory);
  const servers = await startServers(options);
  const stopServers = async (): Promise<void> => {
    await Promise.all([servers.postgres.stop(), servers.redis.stop()]);
  };
  const url = `http://${isLoopback(host) || host === '0.0.0.0' ? 'localhost' : host}:${port}`;
  try {
    const network = await openNetwork({
      services: builtServiceNames,
      variablesOf: variables(options, secrets, servers, url),
      logDestinationOf: () => log,
      onStarted: onProgress,
    });
    const operator = await ensureOperator(network, secrets);
    return {
      url,
      network,
      operator,
      close: async () => {
        await network.close();
        await stopServers();
        log.end();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
};

const ensureOperator = async (network: Network, secrets: Secrets): Promise<House['operator']> => {
  const { operatorEmail: email, operatorPassword: password } = secrets;
  const identity = createIdentity('gateway', secrets.serviceKey);
  const user = createClient(userApi, {
    baseUrl: network.directory.urlOf('user'),
    headers: async () => ({ authorization: `Bearer ${await identity.tokenFor('user')}` }),
  });
  await user.ensureOperator({ body: { email, password, name: 'Author' } });
  return { email, password };
};
