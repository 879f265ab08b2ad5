import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, jobsApi, type Run } from '@authorworks/contracts';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  TEST_SERVICE_KEY,
} from '@authorworks/platform/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobsContext } from '../src/context.ts';
import { jobs } from '../src/index.ts';
import { isOver, type JobsHouse, openProcesses, startJobsHouse, tableOf } from './kit/house.ts';
import { testTasks } from './kit/tasks.ts';

describe('a service that is closed in order', () => {
  let house: JobsHouse;
  beforeAll(async () => {
    house = await startJobsHouse();
  });
  afterAll(async () => await house?.stop());

  it('ends what runs, loses no try by it, and runs it again', async () => {
    const { id } = await house.run(testTasks.wait);
    await house.until(id, ({ history }) => history[0]?.status === 'running');
    await house.restart();
    const run = await house.until(id, ({ history }) => history[1]?.status === 'running');
    expect(run).toMatchObject({
      status: 'running',
      attempts: 0,
      history: [{ number: 1, status: 'interrupted', note: 'the service was closed' }, { number: 2 }],
    });
    await house.operator.cancelRun({ params: { runId: id } });
    await house.until(id, isOver);
  });
});

/** The service in a process of its own, to be killed. */
const program = join(import.meta.dirname, 'kit', 'jobs.program.ts');

describe('a service that is killed', () => {
  let servers: Awaited<ReturnType<typeof startTestServers>>;
  let issuer: Awaited<ReturnType<typeof startTestIssuer>>;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    [servers, issuer] = await Promise.all([startTestServers(), startTestIssuer()]);
  });
  afterEach(() => void child?.kill('SIGKILL'));
  afterAll(async () => {
    await issuer?.stop();
    await servers?.stop();
  });

  const start = async () => {
    const env = {
      PATH: '/usr/bin:/bin',
      SERVICE_KEY: TEST_SERVICE_KEY,
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redis.url,
      RUNS_DIRECTORY: join(servers.directory, 'unused'),
      TEST_RUNS_DIRECTORY: join(servers.directory, 'runs'),
      TEST_USER_URL: issuer.url,
    };
    const started = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    const url = await new Promise<string>((resolve, reject) => {
      let output = '';
      started.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /ready at (\S+)/.exec(output)?.[1];
        if (found) resolve(found);
      });
      started.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    });
    const token = await issuer.tokenFor({ roles: ['operator'] });
    return createClient(jobsApi, { baseUrl: url, headers: () => ({ authorization: `Bearer ${token}` }) });
  };

  it('leaves nothing that goes on, and what ran is run again', { timeout: 120_000 }, async () => {
    let client = await start();
    const wanted = [testTasks.wait, testTasks.deaf];
    const begun: Run[] = [];
    for (const { type } of wanted) begun.push(await client.createRun({ body: { task: type } }));
    const read = async (id: Run['id']) => await client.readRun({ params: { runId: id } });
    for (const { id } of begun) {
      await eventually(async () => expect((await read(id)).history[0]?.status).toBe('running'));
      await eventually(async () => expect((await client.readRunLog({ params: { runId: id } })).text).not.toBe(''));
    }
    const folders = await readdir(join(servers.directory, 'runs'));
    expect(folders).toHaveLength(2);
    child?.kill('SIGKILL');
    await new Promise((resolve) => child?.once('exit', resolve));
    client = await start();
    // the lease of the one who was killed has to run out first
    for (const { id } of begun) {
      const run = await eventually(async () => {
        const now = await read(id);
        if (now.history[0]?.endedAt === null) throw new Error('not noticed yet');
        return now;
      }, 40_000);
      expect(run.history[0]).toMatchObject({ status: 'interrupted' });
      expect(run).toMatchObject({ attempts: 1, error: { code: 'JOBS_INTERRUPTED' } });
      await client.cancelRun({ params: { runId: id } });
    }
    await eventually(async () => expect(await readdir(join(servers.directory, 'runs'))).toEqual([]));
    // what the names of the killed one ran under runs no more, the deaf one included
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args=']);
    for (const folder of folders) expect(stdout).not.toContain(folder);
  });
});

describe('two services that look after the same rows', () => {
  it('do not run anything twice', async () => {
    const house = await startJobsHouse();
    const { servers } = house;
    try {
      const other = await startTestService(jobs, servers, {
        variables: { RUNS_DIRECTORY: join(servers.directory, 'unused-too') },
        neighbours: { user: house.issuer.url },
        overrides: { tasks: tableOf(), runner: await openProcesses(servers, 'others') },
      });
      for (let count = 0; count < 5; count += 1) {
        const run = await house.until((await house.run(testTasks.count)).id, isOver);
        expect(run).toMatchObject({ status: 'succeeded', attempts: 1, history: { length: 1 } });
      }
      expect(await (other.context as JobsContext).runner.list()).toEqual(new Map());
      await other.close();
    } finally {
      await house.stop();
    }
  });
});
