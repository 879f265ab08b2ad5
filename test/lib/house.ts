import { type HouseProcess, startHouseProcess } from '@authorworks/local/house-process';
import { Redis } from 'ioredis';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A house as people find it: an address, and somebody who runs it. */
export interface House {
  readonly url: () => string;
  readonly operator: { readonly email: string; readonly password: string };
  /** Leaves it. */
  readonly close: () => Promise<void>;
}

/** A house of its own for a test file; it can be killed and opened again, at the same address. */
export class RestartableHouse implements House {
  readonly directory: string;
  #process: HouseProcess | undefined;
  #port: number | undefined;

  readonly #isOwnFolder: boolean;

  private constructor(directory: string, isOwnFolder: boolean) {
    this.directory = directory;
    this.#isOwnFolder = isOwnFolder;
  }

  /** @param directory Its data; a new folder when absent, which goes with the house. */
  static async open(directory?: string): Promise<RestartableHouse> {
    const house = new RestartableHouse(
      directory ?? (await mkdtemp(join(tmpdir(), 'authorworks-house-'))),
      directory === undefined,
    );
    await house.start();
    return house;
  }

  readonly url = (): string => this.process.url;

  get operator(): House['operator'] {
    return this.process.operator;
  }

  get process(): HouseProcess {
    if (!this.#process) throw new Error('the house is closed');
    return this.#process;
  }

  async start(): Promise<HouseProcess> {
    this.#process = await startHouseProcess({
      dataDirectory: this.directory,
      ...(this.#port ? { port: this.#port } : {}),
    });
    this.#port = Number(new URL(this.#process.url).port);
    return this.#process;
  }

  /** Kills Node, and with `servers` PostgreSQL and Redis at the same moment, as a power cut would. */
  async kill({ servers }: { readonly servers: boolean }): Promise<void> {
    const pids = servers ? [this.process.serverPid('postgres'), this.process.serverPid('redis')] : [];
    const ended = this.process.stop('SIGKILL');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await ended;
  }

  /** Speaks with the house's Redis. */
  async withRedis(speak: (redis: Redis) => Promise<unknown>): Promise<void> {
    const folder = join(this.directory, 'redis');
    const [pidFile, password] = await Promise.all([
      readFile(join(folder, 'redis.pid'), 'utf8'),
      readFile(join(folder, 'password'), 'utf8'),
    ]);
    const redis = new Redis({ port: Number(pidFile.split('\n')[1]), password: password.trim() });
    await speak(redis);
    redis.disconnect();
  }

  async close(): Promise<void> {
    await this.#process?.stop();
    if (this.#isOwnFolder) await rm(this.directory, { recursive: true, force: true });
  }
}

// BASE_URL, which Vite takes for itself
const standing = process.env['HOUSE_URL'];

/** The tests are about a house that stands already (BASE_URL, e.g. in a cluster): it belongs to others, and is not killed. */
export const isStanding = standing !== undefined;

/** The house at BASE_URL, whose operator is OPERATOR_EMAIL with OPERATOR_PASSWORD; without it, one of one's own. */
export const openHouse = async (): Promise<House> =>
  standing === undefined
    ? await RestartableHouse.open()
    : {
        url: () => standing,
        operator: { email: process.env['OPERATOR_EMAIL'] ?? '', password: process.env['OPERATOR_PASSWORD'] ?? '' },
        close: async () => {},
      };
