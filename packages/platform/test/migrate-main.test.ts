import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServers, type TestServers } from '../src/testing/index.ts';

describe('the migration before a new version', () => {
  let servers: TestServers;
  let folder = '';
  beforeAll(async () => {
    servers = await startTestServers();
    folder = await mkdtemp(join(tmpdir(), 'migrate-'));
    await writeFile(join(folder, 'database-url'), `${servers.databaseUrl}\n`);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await servers.stop();
  });

  const run = async (name: string, variables: Record<string, string>): Promise<{ code: number; said: string }> =>
    await new Promise((done) => {
      const program = new URL('../src/migrate-main.ts', import.meta.url).pathname;
      const env = { PATH: process.env['PATH'] ?? '', ...variables };
      execFile(process.execPath, [program, name], { env }, (error, output, errors) =>
        done({ code: Number(error?.code ?? 0), said: output + errors }),
      );
    });
  const fromFile = () => ({ DATABASE_URL_FILE: join(folder, 'database-url') });
  const tables = async (schema: string): Promise<number> => {
    const client = new pg.Client({ connectionString: servers.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM information_schema.tables WHERE table_schema = $1',
        [schema],
      );
      return rows[0]?.n ?? 0;
    } finally {
      await client.end();
    }
  };

  it('brings a schema up to date by the password of a file, and a repeat changes nothing', async () => {
    const first = await run('content', fromFile());
    expect(first.code, first.said).toBe(0);
    expect(first.said).toContain('"migrated"');
    expect(await tables('content')).toBeGreaterThan(5);
    const second = await run('content', fromFile());
    expect(second.code).toBe(0);
    expect(second.said).not.toContain('"migrated"');
  });

  it('may run for several services at the same time', async () => {
    const results = await Promise.all(['user', 'storage', 'user'].map(async (name) => await run(name, fromFile())));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  it('ends with 78 without an address, and with 1 for a service without tables; it never prints the password', async () => {
    expect(await run('content', {})).toMatchObject({
      code: 78,
      said: expect.stringContaining('DATABASE_URL') as string,
    });
    expect(await run('web', fromFile())).toMatchObject({
      code: 1,
      said: expect.stringContaining('no migrations') as string,
    });
    expect(await run('contents', fromFile())).toMatchObject({
      code: 1,
      said: expect.stringContaining('no service contents') as string,
    });
    const wrong = await run('content', { DATABASE_URL: 'http://user:hunter2-secret@127.0.0.1/x' });
    expect(wrong.code).toBe(78);
    expect(wrong.said).not.toContain('hunter2-secret');
  });
});
