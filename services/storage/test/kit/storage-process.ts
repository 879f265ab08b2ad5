import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import type { StorageHouse } from './house.ts';

/** The service in a process of its own, on the database and objects of a house. */
export interface StorageProcess {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** Resident memory now and at its highest, in MiB (Linux). */
  readonly memory: () => { readonly now: number; readonly peak: number };
}

const PROGRAM = join(import.meta.dirname, 'storage.program.ts');

const addressOf = async (child: ChildProcess): Promise<string> => {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening (.*)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the service did not start');
};

export const startStorageProcess = async (house: StorageHouse): Promise<StorageProcess> => {
  const child = spawn(process.execPath, [PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      SERVICE_KEY: TEST_SERVICE_KEY,
      DATABASE_URL: house.servers.databaseUrl,
      REDIS_URL: house.servers.redis.url,
      USER_URL: house.issuerUrl,
      CONTENT_URL: house.content.url,
      ...house.store.variables,
    },
  });
  const url = await addressOf(child);
  child.stdout?.resume();
  const field = (name: string): number => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024);
  };
  return {
    url,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    memory: () => ({ now: field('VmRSS'), peak: field('VmHWM') }),
  };
};
