import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Logger } from '../log.ts';

/** One step of a schema: a folder `20261122_name/migration.sql`, as Prisma lays them out. */
interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const readMigrations = async (directory: URL): Promise<Migration[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, directory.href.replace(/\/?$/, '/')), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

/** Prisma's own bookkeeping table, so that its CLI agrees where it can run. */
const HISTORY = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/** How long to wait for a PostgreSQL that is still starting, e.g. when the whole cluster comes up after a power cut. */
const STARTING_MS = 60_000;
const STARTING_RETRY_MS = 500;

const connect = async (databaseUrl: string, name: string): Promise<pg.Client> => {
  const until = performance.now() + STARTING_MS;
  for (;;) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: name,
      connectionTimeoutMillis: 5_000,
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const { code } = error as { code?: string };
      const starting = code === 'ECONNREFUSED' || code === '57P03' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
      if (!starting || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, STARTING_RETRY_MS));
    }
  }
};

/**
 * Everybody who comes to a table queues up behind a migration that waits for its lock. So it waits for a moment, lets all of
 * them pass, and tries again.
 */
const LOCK_TIMEOUT_MS = 100;
const LOCK_RETRY_MS = 400;
const LOCK_TRIES_MS = 120_000;
const TURN_RETRY_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

/** An index that is made while people write. It cannot be part of a transaction, so it is alone in its migration. */
const CONCURRENT_INDEX =
  /^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+("(?:[^"]|"")+"|[a-z_][a-z0-9_]*)\s+ON\s[^;]*;?\s*$/i;

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

const applied = async (client: pg.Client): Promise<Map<string, string>> => {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
};

const remember = async (client: pg.Client, { name, checksum }: Migration): Promise<void> => {
  await client.query(
    'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)',
    [randomUUID(), checksum, name],
  );
};

const applyAtOnce = async (client: pg.Client, migration: Migration): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(migration.sql);
    await remember(client, migration);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
};

/** Nobody waits for it, while it waits for everybody. What was half made when it was interrupted is made anew. */
const applyBeside = async (client: pg.Client, migration: Migration, index: string): Promise<void> => {
  await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
  await client.query(migration.sql);
  await remember(client, migration);
};

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  const [, index] = CONCURRENT_INDEX.exec(migration.sql.replaceAll(/--.*$/gm, '')) ?? [];
  const rest = index === undefined ? 'nothing of it stays' : 'what was made of its index is made anew next time';
  const until = performance.now() + LOCK_TRIES_MS;
  for (;;) {
    try {
      return await (index === undefined ? applyAtOnce(client, migration) : applyBeside(client, migration, index));
    } catch (cause) {
      const { code, message } = cause as Error & { code?: string };
      const isInTheWay = code === LOCK_NOT_AVAILABLE || code === DEADLOCK;
      if (!isInTheWay || performance.now() > until)
        throw new Error(`The migration ${migration.name} failed; ${rest}: ${message}`, { cause });
      await pause(LOCK_RETRY_MS);
    }
  }
};

/** One at a time. Asked again and again: an index that is made beside others would wait for those who wait here. */
const waitForTurn = async (client: pg.Client, schema: string): Promise<void> => {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS mine', [
      `migrate ${schema}`,
    ]);
    if (rows[0]?.mine) return;
    await pause(TURN_RETRY_MS);
  }
};

export interface MigrateOptions {
  readonly databaseUrl: string;
  /** The service's schema; created when missing. */
  readonly schema: string;
  /** Folders of migrations, applied in the order given and by name within each. */
  readonly directories: readonly URL[];
  readonly log: Pick<Logger, 'info'>;
}

/**
 * Brings a schema up to date, one transaction a migration, under an advisory lock, so that replicas that start together
 * do it once. Forward only. Whoever uses the tables meanwhile waits for no lock longer than a moment.
 * @throws Error when a migration that was applied has been edited since, or when one fails.
 */
export const migrate = async ({ databaseUrl, schema, directories, log }: MigrateOptions): Promise<void> => {
  const migrations = (await Promise.all(directories.map(readMigrations))).flat();
  const client = await connect(databaseUrl, `${schema}-migrate`);
  try {
    const name = client.escapeIdentifier(schema);
    await waitForTurn(client, schema);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
    await client.query(`SET search_path = ${name}`);
    await client.query(HISTORY);
    const done = await applied(client);
    for (const migration of migrations) {
      const checksum = done.get(migration.name);
      if (checksum === migration.checksum) continue;
      if (checksum !== undefined)
        throw new Error(
          `The migration ${schema}/${migration.name} was edited after it was applied. Write a new one instead.`,
        );
      await apply(client, migration);
      log.info({ schema, migration: migration.name }, 'migrated');
    }
  } finally {
    // the lock ends with the connection
    await client.end();
  }
};
