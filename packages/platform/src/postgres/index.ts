import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { ConfigOf } from '../config.ts';
import type { IdempotencyStore } from '../http/idempotency.ts';
import { gauge } from '../metrics.ts';
import type { Base } from '../service.ts';
import type { postgresSettings } from '../settings.ts';
import { postgresIdempotency, sweepIdempotency } from './idempotency-store.ts';
import { changingUrl } from './database-url.ts';
import { migrate } from './migrate.ts';
import { type Notifications, openNotifications } from './notifications.ts';
import { type Sql, sqlOf } from './sql.ts';
import { TracedPool } from './traced.ts';

export { migrate } from './migrate.ts';
export type { Notifications } from './notifications.ts';
export { type PrismaLike, type Sql, sqlOf, sqlOfPrisma } from './sql.ts';

/** The platform's own tables, in the schema of each service. */
const PLATFORM_MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** An answer must come before a caller's patience ends; a paused server must not hold requests for ever (FAULTS 3). */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const IDLE_MS = 30_000;
/** No connection lives on with a password of long ago: a quiet service would meet the next change with the last but one. */
const LIFE_SECONDS = 10 * 60;
const SWEEP_MS = 15 * 60_000;

export interface Postgres {
  /** The service's schema; first and only in the search path. */
  readonly schema: string;
  readonly pool: pg.Pool;
  /** For `new PrismaClient({ adapter })`. */
  readonly adapter: PrismaPg;
  readonly sql: Sql;
  readonly notifications: Notifications;
  readonly idempotency: IdempotencyStore;
  /** Runs `work` in one transaction on one connection; rolled back when it throws. */
  readonly transaction: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
}

/** `postgres://…` with the schema as search path, so that plain SQL needs no prefix. */
const urlWithSchema = (databaseUrl: string, schema: string): string => {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return url.href;
};

const transactionOn =
  (pool: pg.Pool) =>
  async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    let broken = false;
    // a connection that is lost between two queries says so by an event, which nobody else hears while it is taken
    const lost = (): void => {
      broken = true;
    };
    client.on('error', lost);
    try {
      await client.query('BEGIN');
      const result = await work(sqlOf(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // a connection that cannot even roll back must not return to the pool
      await client.query('ROLLBACK').catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.removeListener('error', lost);
      client.release(broken);
    }
  };

/**
 * Opens the service's schema: migrations first (the platform's, then the service's), then a pool.
 * @param migrations Folder of the service's migrations, e.g. `new URL('../prisma/migrations/', import.meta.url)`.
 */
export const openPostgres = async (
  base: Base<ConfigOf<typeof postgresSettings>>,
  migrations?: URL,
): Promise<Postgres> => {
  const schema = base.name;
  const { databaseUrl, databasePoolSize } = base.config;
  await migrate({
    databaseUrl,
    schema,
    directories: [PLATFORM_MIGRATIONS, ...(migrations ? [migrations] : [])],
    log: base.log,
  });
  const url = changingUrl({
    databaseUrl: urlWithSchema(databaseUrl, schema),
    reread: () => urlWithSchema(base.reread().databaseUrl, schema),
    log: base.log,
  });
  const settings = {
    max: databasePoolSize,
    application_name: schema,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: LIFE_SECONDS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // the server's own limit cannot fire while it is paused, so the client has one as well
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
  const pool = new TracedPool(settings, url);
  pool.on('error', (error) => base.log.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
  gauge(base.metrics, 'postgres_pool_waiting', 'Requests waiting for a connection to PostgreSQL', {
    read: () => pool.waitingCount,
  });
  gauge(base.metrics, 'postgres_pool_open', 'Open connections to PostgreSQL', { read: () => pool.totalCount });
  const sql = sqlOf(pool);
  const sweep = setInterval(
    () => void sweepIdempotency(sql).catch((error: unknown) => base.log.debug({ err: error }, 'sweep postponed')),
    SWEEP_MS,
  );
  const notifications = openNotifications(url, base.log);
  base.health.addCheck('postgres', async () => {
    await pool.query('SELECT 1');
  });
  base.onClose('postgres', async () => {
    clearInterval(sweep);
    await notifications.close();
    await pool.end();
  });
  return {
    schema,
    pool,
    adapter: new PrismaPg(pool, { schema }),
    sql,
    notifications,
    idempotency: postgresIdempotency(sql),
    transaction: transactionOn(pool),
  };
};
