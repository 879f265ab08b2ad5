import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtServiceNames, services } from '@authorworks/contracts';
import { startTestServers, startTestService, type TestServers, type TestService } from '@authorworks/platform/testing';
import { type PostgresServer, startPostgres } from '@authorworks/servers';
import { user } from '@authorworks/user';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canPose, type Ran, root, run, script } from '../machines/machine.ts';

const hasPsql = existsSync('/usr/bin/psql');
if (!hasPsql) console.warn('skipped: there is no psql here (scripts/test installs it)');
const owners = builtServiceNames.filter((name) => services[name].needs.postgres);

/** As operators do it: scripts/secrets, the Job of the chart authorworks-data (make-roles.sh), and services that run. */
describe.skipIf(!hasPsql || !canPose())('the rotation of a database password', () => {
  let folder = '';
  let postgres: PostgresServer;
  let servers: TestServers;
  let service: TestService;
  const secretFile = (name: string): string => join(folder, 'secrets/compose', name);
  const readSecret = (name: string): string => readFileSync(secretFile(name), 'utf8');

  const secrets = async (...args: string[]): Promise<void> => {
    const { code, said } = await script('secrets', ['--folder', join(folder, 'secrets'), ...args]);
    expect(code, said).toBe(0);
  };
  /** What the kubelet shows to the pod of the user service, in the end. */
  const showToPods = (): void => {
    const url = readSecret('database-url-user').replace('@postgres:5432/', `@127.0.0.1:${postgres.port}/`);
    writeFileSync(join(folder, 'database-url'), url);
  };
  /** The Job, with its script as it is in the chart; the host "postgres" is this machine for it. */
  const makeRoles = async (): Promise<Ran> => {
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost postgres\n');
    const variables = Object.fromEntries(
      owners.map((name) => [
        `${name.toUpperCase().replaceAll('-', '_')}_PASSWORD_FILE`,
        secretFile(`${name}-password`),
      ]),
    );
    return await run(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        'mount --bind "$1" /etc/hosts && exec sh "$2"',
        'sh',
        join(folder, 'hosts'),
        join(root, 'cdk8s/files/data/make-roles.sh'),
      ],
      {
        ...variables,
        HOUSE_DATABASE: 'authorworks',
        SERVICES: owners.join(' '),
        SUPERUSER_PASSWORD_FILE: secretFile('postgres-password'),
        PGPORT: String(postgres.port),
      },
    );
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'authorworks-rotation-'));
    await secrets();
    postgres = await startPostgres({ directory: join(folder, 'postgres'), settings: { fsync: 'off' } });
    const admin = new pg.Client({ connectionString: postgres.url() });
    await admin.connect();
    await admin.query(
      `CREATE ROLE postgres SUPERUSER LOGIN PASSWORD ${admin.escapeLiteral(readSecret('postgres-password'))}`,
    );
    await admin.end();
    const { code, said } = await makeRoles();
    expect(code, said).toBe(0);
    showToPods();
    servers = await startTestServers();
    service = await startTestService(user, servers, {
      variables: { DATABASE_URL: '', DATABASE_URL_FILE: join(folder, 'database-url') },
    });
  });
  afterAll(async () => {
    await service?.close();
    await servers?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (): Promise<number> =>
    (
      await fetch(`${service.url}/api/user/v1/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        // asks the database, and is refused there without costing a hash
        body: JSON.stringify({ email: 'mary@books.example', password: 'a lake in a wet summer', name: 'Mary' }),
      })
    ).status;
  const enters = async (url: string): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  };
  const addressOf = (): string => readFileSync(join(folder, 'database-url'), 'utf8');
  /** As if idle ones had ended meanwhile: what comes next needs new connections. */
  const newConnections = async (): Promise<void> => {
    const { pool } = (service.context as { postgres: { pool: pg.Pool } }).postgres;
    const clients = await Promise.allSettled(Array.from({ length: 8 }, async () => await pool.connect()));
    for (const client of clients) if (client.status === 'fulfilled') client.value.release(true);
    expect(clients.filter(({ status }) => status === 'rejected')).toEqual([]);
  };

  it('costs no request: before the Job, after it, and with connections that are all new', async () => {
    expect(await ask()).toBe(201);
    const before = addressOf();
    await secrets('--rotate', 'user-password');
    showToPods();
    const statuses = [];
    for (let round = 0; round < 5; round += 1) {
      await newConnections();
      statuses.push(await ask());
    }
    const { code, said } = await makeRoles();
    expect(code, said).toBe(0);
    for (let round = 0; round < 5; round += 1) {
      await newConnections();
      statuses.push(await ask());
    }
    // the address is taken, each time by asking PostgreSQL
    expect(new Set(statuses)).toEqual(new Set([409]));
    expect(await enters(before)).toBe(false);
    expect(await enters(addressOf())).toBe(true);
  });

  it('changes no other service’s, and shows no password to anybody', async () => {
    const others = owners.filter((name) => name !== 'user').map((name) => readSecret(`database-url-${name}`));
    await secrets('--rotate', 'user-password');
    expect(owners.filter((name) => name !== 'user').map((name) => readSecret(`database-url-${name}`))).toEqual(others);
    const { said } = await makeRoles();
    showToPods();
    await newConnections();
    expect(await ask()).toBe(409);
    const shown = said + readFileSync(join(folder, 'postgres/postgres.log'), 'utf8') + JSON.stringify(service.logged);
    for (const name of owners) expect(shown).not.toContain(readSecret(`${name}-password`));
  });

  it('can be run again, and broken off between the two steps', async () => {
    await secrets('--rotate', 'user-password');
    showToPods();
    // the operator’s machine dies here; an hour later
    await newConnections();
    expect(await ask()).toBe(409);
    for (let again = 0; again < 2; again += 1) expect((await makeRoles()).code).toBe(0);
    await newConnections();
    expect(await ask()).toBe(409);
  });
});
