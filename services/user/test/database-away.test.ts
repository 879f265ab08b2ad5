import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@authorworks/servers';
import { eventually, startTestServers } from '@authorworks/platform/testing';
import { hash } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { type CallOptions, PASSWORD, startAnother, v1 } from './kit.ts';

it('says so in every part when PostgreSQL is killed, and goes on by itself when it is back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'authorworks-user-'));
  const postgres = await startPostgres({ directory });
  const servers = await startTestServers();
  const house = await startAnother({ servers }, { variables: { DATABASE_URL: postgres.url() } });
  const mary = await house.signUp();
  const token = mary.accessToken;
  const calls: [string, CallOptions][] = [
    ['/sessions', { body: { email: mary.email, password: PASSWORD } }],
    ['/sessions/refresh', { body: { refreshToken: mary.refreshToken } }],
    ['/accounts', { body: { email: 'new@books.example', password: PASSWORD, name: 'New' } }],
    ['/password-resets', { body: { email: mary.email } }],
    ['/me', { token }],
    ['/me', { method: 'PATCH', body: { name: 'Mary' }, token }],
    ['/pen-names', { token }],
  ];
  // some are being answered when it dies, and one transaction is open without a query
  const over = new AbortController();
  const flood = Array.from({ length: 12 }, async (_, index) => {
    const seen: number[] = [];
    while (!over.signal.aborted)
      seen.push((await house.call(v1 + (index % 2 ? '/pen-names' : '/me'), { token })).status);
    return seen;
  });
  const open = house.context.postgres.transaction(async (sql) => {
    await sql.query('SELECT 1');
    await postgres.ended;
    await sql.query('SELECT 1');
  });
  process.kill(postgres.pid, 'SIGKILL');
  await expect(open).rejects.toThrow();
  for (const [path, options] of calls)
    expect(await house.call(v1 + path, options), path).toMatchObject({ status: 503 });
  over.abort();
  for (const status of (await Promise.all(flood)).flat()) expect([200, 503]).toContain(status);
  // what needs no row works on: others can check the tokens that are out
  expect((await house.call(`${v1}/jwks`)).status).toBe(200);
  const back = await startPostgres({ directory, port: postgres.port });
  await eventually(async () => expect(await mary.user.readAccount()).toMatchObject({ id: mary.id }));
  await eventually(async () => {
    const answer = await house.call(`${v1}/sessions/refresh`, { body: { refreshToken: mary.refreshToken } });
    expect(answer.status).toBe(200);
  });
  await house.service.close();
  await back.stop();
  await servers.stop();
  await rm(directory, { recursive: true, force: true });
});

it('makes the hash of a password anew when its parameters are not those of today', async () => {
  const servers = await startTestServers();
  const house = await startAnother({ servers });
  const mary = await house.signUp();
  const dated = await hash(PASSWORD, { memoryCost: 4_096, timeCost: 1, parallelism: 1 });
  const { sql } = house.context.postgres;
  await sql.query('UPDATE account SET password_hash = $2 WHERE id = $1::uuid', [mary.id, dated]);
  await house.signIn(mary.email);
  const [row] = await sql.query<{ hash: string }>('SELECT password_hash AS hash FROM account WHERE id = $1::uuid', [
    mary.id,
  ]);
  expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await house.signIn(mary.email);
  await house.stop();
});
