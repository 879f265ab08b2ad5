import { type HouseProcess, startHouseProcess } from '@authorworks/local/house-process';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A house of its own for a test file; it can be killed and opened again, at the same address. */
export class RestartableHouse {
  readonly directory: string;
  #process: HouseProcess | undefined;
  #port: number | undefined;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(): Promise<RestartableHouse> {
    const house = new RestartableHouse(await mkdtemp(join(tmpdir(), 'authorworks-house-')));
    await house.start();
    return house;
  }

  readonly url = (): string => this.process.url;

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

  async close(): Promise<void> {
    await this.#process?.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Whether this machine lets us mount a small disk (root in a container often may not). */
export const mayMount = (): boolean => {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** A disk of a few megabytes at a folder. @returns how to take it away. */
export const mountSmallDisk = (folder: string, megabytes: number): (() => void) => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'authorworks-test', folder]);
  return () => void execFileSync('umount', ['--lazy', folder]);
};
