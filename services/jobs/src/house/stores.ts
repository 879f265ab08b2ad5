import type { HouseStore } from '@authorworks/contracts';
import { translateError } from '@authorworks/platform';
import type { Postgres } from '@authorworks/platform/postgres';
import type { RedisConnections } from '@authorworks/platform/redis';

const away = (name: HouseStore['name'], error: unknown): HouseStore => ({
  name,
  ok: false,
  version: null,
  latencyMs: null,
  sizeBytes: null,
  connections: null,
  problem: translateError(error).message,
});

/** PostgreSQL tells an ordinary role how many sessions there are, but of others' nothing else; that is enough. */
const readPostgres = async ({ sql }: Postgres): Promise<HouseStore> => {
  const began = performance.now();
  const [row] = await sql.query<{ version: string; bytes: string; open: number; most: number }>(
    `SELECT current_setting('server_version') AS version, pg_database_size(current_database())::text AS bytes,
       (SELECT sum(numbackends) FROM pg_stat_database)::int AS open, current_setting('max_connections')::int AS most`,
  );
  if (!row) throw new Error('PostgreSQL has answered nothing');
  return {
    name: 'postgres',
    ok: true,
    version: row.version,
    latencyMs: Math.round(performance.now() - began),
    sizeBytes: Number(row.bytes),
    connections: { open: row.open, max: row.most },
    problem: null,
  };
};

const readRedis = async ({ commands }: RedisConnections): Promise<HouseStore> => {
  const began = performance.now();
  const info = await commands.info();
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  return {
    name: 'redis',
    ok: true,
    version: field('valkey_version') ?? field('redis_version') ?? null,
    latencyMs: Math.round(performance.now() - began),
    sizeBytes: Number(field('used_memory') ?? 0),
    connections: { open: Number(field('connected_clients') ?? 0), max: Number(field('maxclients') ?? 0) },
    problem: null,
  };
};

/** How PostgreSQL and Redis are, as this service sees them. */
export const readStores = async (postgres: Postgres, redis: RedisConnections): Promise<HouseStore[]> =>
  await Promise.all([
    readPostgres(postgres).catch((error: unknown) => away('postgres', error)),
    readRedis(redis).catch((error: unknown) => away('redis', error)),
  ]);
