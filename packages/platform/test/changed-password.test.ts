import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  eventually,
  startTestServers,
  startTestService,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { toy, type ToyContext } from './toy.ts';

describe('the password of the database is changed under a running service', () => {
  let servers: TestServers;
  let service: TestService;
  let secret = '';
  const role = 'poet';
  const admin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: servers.databaseUrl });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const urlWith = (password: string): string => {
    const url = new URL(servers.databaseUrl);
    url.username = role;
    url.password = password;
    return url.href;
  };
  /** As the kubelet changes the file of a Secret. */
  const putSecret = async (password: string): Promise<void> => await writeFile(secret, `${urlWith(password)}\n`);
  const setPassword = async (password: string): Promise<void> =>
    await admin(`ALTER ROLE ${role} PASSWORD '${password}'`);
  const postgres = () => (service.context as ToyContext).postgres;
  /** So many connections that are new, all at a time. */
  const connectAnew = async (count: number): Promise<string[]> => {
    const clients = await Promise.allSettled(
      Array.from({ length: count }, async () => await postgres().pool.connect()),
    );
    for (const client of clients) if (client.status === 'fulfilled') client.value.release(true);
    return clients.flatMap((client) => (client.status === 'rejected' ? [String(client.reason)] : []));
  };

  beforeAll(async () => {
    servers = await startTestServers();
    secret = join(servers.directory, 'database-url');
    await admin(`CREATE ROLE ${role} LOGIN PASSWORD 'first'`);
    const name = new URL(servers.databaseUrl).pathname.slice(1);
    await admin(`GRANT CREATE, CONNECT ON DATABASE ${name} TO ${role}`);
    await putSecret('first');
    service = await startTestService(toy, servers, { variables: { DATABASE_URL: '', DATABASE_URL_FILE: secret } });
  });
  afterAll(async () => {
    await service?.close();
    await admin(`DROP OWNED BY ${role}`);
    await admin(`DROP ROLE ${role}`);
    await servers?.stop();
  });
  beforeEach(async () => {
    await setPassword('first');
    await putSecret('first');
    await connectAnew(1);
  });

  it('first in its Secret, then in PostgreSQL: no connection fails, before, between and after', async () => {
    expect(await connectAnew(8)).toEqual([]);
    await putSecret('second');
    expect(await connectAnew(8)).toEqual([]);
    await setPassword('second');
    expect(await connectAnew(8)).toEqual([]);
    expect(
      service.logged.filter(({ msg }) => msg === 'the password of the database was changed').length,
    ).toBeGreaterThan(0);
  });

  it('while it works: of queries and transactions on ever new connections none fails', async () => {
    const shift = { over: false };
    const failed: unknown[] = [];
    let done = 0;
    const work = async (): Promise<void> => {
      while (!shift.over) {
        try {
          await postgres().sql.query('SELECT 1');
          await postgres().transaction(async (sql) => void (await sql.query('SELECT 1')));
          const client = await postgres().pool.connect();
          client.release(true);
          done += 1;
        } catch (error) {
          failed.push(error);
        }
      }
    };
    const reached = async (count: number): Promise<void> =>
      await eventually(async () => await Promise.resolve(expect(done).toBeGreaterThan(count)));
    const workers = [work(), work(), work(), work()];
    for (const password of ['third', 'fourth', 'fifth']) {
      await reached(done + 20);
      await putSecret(password);
      await reached(done + 20);
      await setPassword(password);
    }
    await reached(done + 20);
    shift.over = true;
    await Promise.all(workers);
    expect(failed).toEqual([]);
    console.log(`${done} rounds on new connections while the password was changed three times`);
  });

  it('announcements are heard again when their connection is lost after the change', async () => {
    let heard = 0;
    postgres().notifications.on('password_test', () => {
      heard += 1;
    });
    await putSecret('sixth');
    await setPassword('sixth');
    await admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}' AND application_name = 'notifications'`,
    );
    await eventually(async () => {
      await admin('NOTIFY password_test');
      expect(heard).toBeGreaterThan(1);
    });
  });

  it('is refused when it is wrong in both places, and said to be so', async () => {
    await setPassword('unknown');
    const [first = ''] = await connectAnew(2);
    expect(first).toContain(`password authentication failed for user "${role}"`);
  });

  it('is kept in use when its file cannot be read', async () => {
    await writeFile(secret, 'not an address\n');
    await setPassword('seventh');
    expect(await connectAnew(1)).toHaveLength(1);
    expect(service.logged.map(({ msg }) => msg)).toContain('the address of the database cannot be read again');
    expect(JSON.stringify(service.logged)).not.toContain('not an address');
    await putSecret('seventh');
    expect(await connectAnew(1)).toEqual([]);
  });
});
