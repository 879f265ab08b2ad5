import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translateError } from '../src/errors.ts';
import { once } from '../src/http/idempotency.ts';
import { createLog } from '../src/log.ts';
import { migrate } from '../src/postgres/index.ts';
import { changingUrl } from '../src/postgres/database-url.ts';
import { openNotifications } from '../src/postgres/notifications.ts';
import { sweepIdempotency } from '../src/postgres/idempotency-store.ts';
import {
  eventually,
  startTestServers,
  startTestService,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { toy, type ToyContext } from './toy.ts';

const silent = createLog('content', 'silent');

describe('migrations', () => {
  let servers: TestServers;
  let folder: string;
  beforeAll(async () => {
    servers = await startTestServers();
    folder = await mkdtemp(join(tmpdir(), 'authorworks-migrations-'));
  });
  afterAll(async () => {
    await servers?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const write = async (set: string, name: string, sql: string): Promise<URL> => {
    await mkdir(join(folder, set, name), { recursive: true });
    await writeFile(join(folder, set, name, 'migration.sql'), sql);
    return pathToFileURL(`${join(folder, set)}/`);
  };
  const run = async (schema: string, directory: URL): Promise<void> =>
    await migrate({ databaseUrl: servers.databaseUrl, schema, directories: [directory], log: silent });
  const query = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: servers.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  };

  it('are applied once, in order, however many replicas start at a time', async () => {
    const directory = await write('many', '20260101_poems', 'CREATE TABLE poem (id int); INSERT INTO poem VALUES (1);');
    await write('many', '20260102_titles', 'ALTER TABLE poem ADD title text; UPDATE poem SET title = $$Adonais$$;');
    await Promise.all(Array.from({ length: 6 }, async () => await run('many', directory)));
    expect(await query('SELECT * FROM many.poem')).toEqual([{ id: 1, title: 'Adonais' }]);
    expect(await query('SELECT migration_name FROM many._prisma_migrations ORDER BY 1')).toEqual([
      { migration_name: '20260101_poems' },
      { migration_name: '20260102_titles' },
    ]);
  });

  it('leave nothing behind when one fails, and say which', async () => {
    const directory = await write('half', '20260101_half', 'CREATE TABLE kept (id int); SELECT 1 / 0;');
    await expect(run('half', directory)).rejects.toThrow(/20260101_half failed; nothing of it stays: division by zero/);
    expect(await query(`SELECT 1 FROM pg_tables WHERE schemaname = 'half' AND tablename = 'kept'`)).toEqual([]);
    await write('half', '20260101_half', 'CREATE TABLE kept (id int);');
    await run('half', directory);
    expect(await query(`SELECT 1 AS one FROM pg_tables WHERE schemaname = 'half' AND tablename = 'kept'`)).toHaveLength(
      1,
    );
  });

  it('that were edited after they were applied stop the start', async () => {
    const directory = await write('edited', '20260101_a', 'CREATE TABLE a (id int);');
    await run('edited', directory);
    await write('edited', '20260101_a', 'CREATE TABLE a (id bigint);');
    await expect(run('edited', directory)).rejects.toThrow('edited/20260101_a was edited after it was applied');
  });

  it('let everybody pass while somebody holds what they need, and go on when it is free', async () => {
    const directory = await write('busy', '20260101_a', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1);');
    await run('busy', directory);
    const holder = new pg.Client({ connectionString: servers.databaseUrl });
    const reader = new pg.Client({ connectionString: servers.databaseUrl });
    await Promise.all([holder.connect(), reader.connect()]);
    try {
      await holder.query('BEGIN; SELECT * FROM busy.a');
      await write('busy', '20260102_b', 'ALTER TABLE a ADD b text');
      const migrated = run('busy', directory);
      const isWaiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'busy-migrate' AND wait_event_type = 'Lock'`;
      // the lock is held all the time: who queued up behind the migration for as long as it lasts would never be let in
      await reader.query(`SET lock_timeout = '3s'`);
      for (let times = 0; times < 3; times += 1) {
        await eventually(async () => expect(await query(isWaiting)).toHaveLength(1));
        expect((await reader.query('SELECT id FROM busy.a')).rows).toEqual([{ id: 1 }]);
      }
      await holder.query('COMMIT');
      await migrated;
      expect(await query('SELECT id, b FROM busy.a')).toEqual([{ id: 1, b: null }]);
    } finally {
      await Promise.all([holder.end(), reader.end()]);
    }
  });

  it('make an index beside those who write, also after they were killed in the middle of it', async () => {
    const directory = await write('beside', '20260101_a', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1);');
    await run('beside', directory);
    // as it is left by one that was killed: there, and never finished
    const unique = 'CREATE UNIQUE INDEX CONCURRENTLY "a_id" ON a (id);';
    const failed = await write('beside', '20260102_index', unique);
    await expect(run('beside', failed)).rejects.toThrow('20260102_index failed');
    const isValid = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'beside.a_id'::regclass`;
    expect(await query(isValid)).toEqual([{ valid: false }]);
    const plain = '-- found by id\nCREATE INDEX CONCURRENTLY "a_id" ON a (id);\n';
    await write('beside', '20260102_index', plain);
    await Promise.all(Array.from({ length: 4 }, async () => await run('beside', directory)));
    expect(await query(isValid)).toEqual([{ valid: true }]);
  });

  it('wait for a PostgreSQL that is still starting, and not for a wrong password', async () => {
    const url = new URL(servers.databaseUrl);
    url.password = 'wrong';
    await expect(migrate({ databaseUrl: url.href, schema: 'x', directories: [], log: silent })).rejects.toMatchObject({
      code: '28P01',
    });
  });
});

describe('PostgreSQL for a service', () => {
  let servers: TestServers;
  let service: TestService;
  let context: ToyContext;
  beforeAll(async () => {
    servers = await startTestServers();
    service = await startTestService(toy, servers, { variables: { DATABASE_POOL_SIZE: '3' } });
    context = service.context as ToyContext;
  });
  afterAll(async () => {
    await service?.close();
    await servers?.stop();
  });

  it('keeps a transaction together, and takes nothing of one that failed', async () => {
    const { sql } = context.postgres;
    await sql.query('CREATE TABLE verse (id int PRIMARY KEY)');
    await expect(
      context.postgres.transaction(async (tx) => {
        await tx.query('INSERT INTO verse VALUES (1)');
        await tx.query('INSERT INTO verse VALUES (1)');
      }),
    ).rejects.toMatchObject({ code: '23505' });
    expect(await sql.query('SELECT * FROM verse')).toEqual([]);
    expect(
      await context.postgres.transaction(async (tx) => await tx.query('INSERT INTO verse VALUES (2) RETURNING id')),
    ).toEqual([{ id: 2 }]);
  });

  it('does not lose connections to transactions that were cut', async () => {
    for (let index = 0; index < 6; index += 1)
      await context.postgres
        .transaction(async (tx) => {
          const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
          await context.postgres.sql.query('SELECT pg_terminate_backend($1)', [row?.pid]);
          await tx.query('SELECT 1');
        })
        .catch((error: unknown) => expect(translateError(error).definition.code).toBe('DATABASE_UNAVAILABLE'));
    expect(await context.postgres.sql.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('tells a full disk apart from every other failure', async () => {
    const full = context.postgres.sql.query(`DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$`);
    const error: unknown = await full.catch((caught: unknown) => caught);
    expect(translateError(error).definition).toMatchObject({ code: 'STORAGE_FULL', status: 507 });
  });

  it('wakes those who listen when a transaction commits, also after it was away', async () => {
    const notifications = openNotifications(
      changingUrl({ databaseUrl: servers.databaseUrl, reread: () => servers.databaseUrl, log: silent }),
      silent,
    );
    let woken = 0;
    notifications.on('poems', () => (woken += 1));
    notifications.on('other', () => undefined);
    await eventually(async () => {
      await context.postgres.sql.query(`SELECT pg_notify('poems', '')`);
      expect(woken).toBeGreaterThan(0);
    });
    await context.postgres.sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'notifications'`,
    );
    const before = woken;
    await eventually(async () => {
      await context.postgres.sql.query(`SELECT pg_notify('poems', '')`);
      expect(woken).toBeGreaterThan(before + 1);
    });
    await notifications.close();
  });

  describe('an Idempotency-Key', () => {
    const scope = { accountId: 'a', operation: 'content.x', key: 'k', requestHash: 'h' };
    const fresh = (): typeof scope => ({ ...scope, key: crypto.randomUUID() });
    const answer = { status: 201, body: { data: { id: 1 } } };

    it('lets one of many at the same time work, and gives later ones its answer', async () => {
      const { idempotency } = context.postgres;
      const one = fresh();
      let works = 0;
      let refused = 0;
      const ask = async (): Promise<unknown> =>
        await once(idempotency, one, async () => {
          works += 1;
          // the work lasts until all the others have asked
          await eventually(() => expect(refused).toBe(7));
          return answer;
        }).catch((error: unknown) => {
          refused += 1;
          return translateError(error).definition.code;
        });
      const answers = await Promise.all(Array.from({ length: 8 }, ask));
      expect(works).toBe(1);
      expect(answers.filter((got) => got === 'IDEMPOTENCY_KEY_REUSED')).toHaveLength(7);
      expect(await ask()).toEqual(answer);
      expect(works).toBe(1);
    });

    it('is refused for another request, and is another key for another account or operation', async () => {
      const { idempotency } = context.postgres;
      const one = fresh();
      await once(idempotency, one, () => Promise.resolve(answer));
      expect(await idempotency.begin({ ...one, requestHash: 'other' })).toEqual({ state: 'different' });
      expect(await idempotency.begin({ ...one, accountId: 'b' })).toEqual({ state: 'started' });
      expect(await idempotency.begin({ ...one, operation: 'content.y' })).toEqual({ state: 'started' });
    });

    it('can be used again after a failure, and keeps an answer without a body', async () => {
      const { idempotency } = context.postgres;
      const one = fresh();
      await expect(once(idempotency, one, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      const empty = { status: 204, body: null };
      expect(await once(idempotency, one, () => Promise.resolve(empty))).toEqual(empty);
      expect(await once(idempotency, one, () => Promise.reject(new Error('twice')))).toEqual(empty);
    });

    it('does the work once even if its answer cannot be kept', async () => {
      const one = fresh();
      let works = 0;
      const { idempotency } = context.postgres;
      const forgetful = { ...idempotency, finish: () => Promise.reject(new Error('away')) };
      const work = async (): Promise<typeof answer> => {
        works += 1;
        return await Promise.resolve(answer);
      };
      expect(await once(forgetful, one, work)).toEqual(answer);
      await expect(once(idempotency, one, work)).rejects.toMatchObject({
        definition: { code: 'IDEMPOTENCY_KEY_REUSED' },
      });
      expect(works).toBe(1);
    });

    it('of a request that died is free after two minutes, and every key after a day', async () => {
      const { idempotency, sql } = context.postgres;
      const one = fresh();
      expect(await idempotency.begin(one)).toEqual({ state: 'started' });
      expect(await idempotency.begin(one)).toEqual({ state: 'busy' });
      await sql.query(`UPDATE idempotency SET started_at = now() - interval '3 minutes' WHERE key = $1`, [one.key]);
      expect(await idempotency.begin(one)).toEqual({ state: 'started' });
      await idempotency.finish(one, answer);
      await sql.query(`UPDATE idempotency SET started_at = now() - interval '25 hours' WHERE key = $1`, [one.key]);
      await sweepIdempotency(sql);
      expect(await sql.query('SELECT 1 FROM idempotency WHERE key = $1', [one.key])).toEqual([]);
    });
  });
});
