import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, type RedisServer, ServerError, startRedis } from '@authorworks/servers';
import pg from 'pg';
import { inject } from 'vitest';
import { newId } from '../ids.ts';

export interface TestServers {
  /** A database of its own for this test file. */
  readonly databaseUrl: string;
  readonly redis: RedisServer;
  /** An empty folder, removed at the end. */
  readonly directory: string;
  readonly stop: () => Promise<void>;
}

const withAdmin = async (work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/** Starts a Redis and makes a database, both for one test file alone. */
export const startTestServers = async (): Promise<TestServers> => {
  const name = `test_${newId().replaceAll('-', '')}`;
  await withAdmin(async (client) => void (await client.query(`CREATE DATABASE ${name}`)));
  const directory = await mkdtemp(join(tmpdir(), 'authorworks-test-'));
  // oxlint-disable-next-line node/no-process-env -- tests look for programs where the person would
  const binary = findRedis(process.env['PATH'] ?? '');
  if (!binary)
    throw new ServerError('There is no redis-server or valkey-server on the PATH; scripts/test installs one.');
  const redis = await startRedis({ directory: join(directory, 'redis'), binary });
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    redis,
    directory,
    stop: async () => {
      await redis.stop();
      await withAdmin(async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));
      await rm(directory, { recursive: true, force: true });
    },
  };
};
