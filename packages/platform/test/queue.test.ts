import { fork } from 'node:child_process';
import { once } from 'node:events';
import { defineJob } from '@authorworks/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fail } from '../src/index.ts';
import {
  eventually,
  startTestServers,
  startTestService,
  TEST_SERVICE_KEY,
  type TestServers,
  startWire,
  type TestService,
  type TestServiceOptions,
  type Wire,
} from '../src/testing/index.ts';
import type { Work } from '../src/queue/index.ts';
import { countJob, toy, toyErrors, type ToyContext } from './toy.ts';

const briefJob = defineJob({ ...countJob, type: 'content.brief', attempts: 2, timeoutMs: 200 });
const onceJob = defineJob({ ...countJob, type: 'content.once', attempts: 1, output: z.object({ syllables: z.int() }) });

type Count = Work<{ title: string }, { syllables: number }>;

describe('jobs', () => {
  let servers: TestServers;
  const running: TestService[] = [];
  beforeAll(async () => {
    servers = await startTestServers();
  });
  afterAll(async () => await servers?.stop());
  afterEach(async () => {
    const [first] = running;
    if (first) await contextOf(first).postgres.sql.query('TRUNCATE job');
    await Promise.all(running.splice(0).map(async (service) => await service.close()));
  });
  const contextOf = (service: TestService): ToyContext => service.context as ToyContext;
  const start = async (
    work: Partial<Record<'count' | 'brief' | 'once', Count>> = {},
    concurrency = 2,
    options: TestServiceOptions = {},
  ): Promise<TestService> => {
    const service = await startTestService(toy, servers, options);
    running.push(service);
    const { queue } = contextOf(service);
    if (work.count) queue.work(countJob, concurrency, work.count);
    if (work.brief) queue.work(briefJob, concurrency, work.brief);
    if (work.once) queue.work(onceJob, concurrency, work.once);
    queue.start();
    return service;
  };
  /** A network of its own to Redis. */
  const throughWire = async (): Promise<{ wire: Wire; variables: Record<string, string> }> => {
    const wire = await startWire(servers.redis.url);
    const url = new URL(servers.redis.url);
    url.port = new URL(wire.url).port;
    return { wire, variables: { REDIS_URL: url.href } };
  };
  /** Lets the time of a row pass: PostgreSQL's clock is the only one that counts. */
  const hurry = async (service: TestService): Promise<void> =>
    void (await contextOf(service).postgres.sql.query(
      `UPDATE job SET run_at = now() WHERE status = 'queued' AND run_at > now()`,
    ));

  it('are tried again with growing waits, and parked with their reason after the last', async () => {
    const attempts: number[] = [];
    const service = await start({
      count: ({ attempt }) => {
        attempts.push(attempt);
        return Promise.reject(new Error('no ink'));
      },
    });
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    const waits: number[] = [];
    for (const attempt of [1, 2]) {
      await eventually(async () => expect(await queue.read(id)).toMatchObject({ status: 'queued', attempts: attempt }));
      const [row] = await postgres.sql.query<{ wait: number }>(
        'SELECT extract(epoch FROM run_at - now())::float AS wait FROM job WHERE id = $1::uuid',
        [id],
      );
      waits.push(row?.wait ?? 0);
      await hurry(service);
    }
    await eventually(async () =>
      expect(await queue.read(id)).toMatchObject({
        status: 'failed',
        attempts: 3,
        error: { code: 'INTERNAL', message: 'Something broke on our side. Nothing was changed.' },
      }),
    );
    expect(attempts).toEqual([1, 2, 3]);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
    expect(JSON.stringify(await queue.read(id))).not.toContain('no ink');
  });

  it('that were parked run again when an operator wants it', async () => {
    let broken = true;
    const service = await start({
      once: () => (broken ? Promise.reject(new Error('no')) : Promise.resolve({ syllables: 1 })),
    });
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, onceJob, { title: 'x' });
    await eventually(async () => expect((await queue.read(id))?.status).toBe('failed'));
    broken = false;
    expect(await queue.retry(id)).toBe(true);
    await eventually(async () => expect((await queue.read(id))?.status).toBe('succeeded'));
    expect(await queue.retry(id)).toBe(false);
  });

  it('that are refused are not tried again: a refusal stays one', async () => {
    let tries = 0;
    const service = await start({
      count: () => {
        tries += 1;
        return Promise.reject(fail(toyErrors.noPoem));
      },
    });
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(async () =>
      expect(await queue.read(id)).toMatchObject({ status: 'failed', error: { code: 'TOY_POEM_NOT_FOUND' } }),
    );
    expect(tries).toBe(1);
  });

  it('that wait are cancelled at once, and never run', async () => {
    const service = await start();
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await queue.cancel(id);
    expect(await queue.read(id)).toMatchObject({ status: 'cancelled', attempts: 0 });
    await queue.cancel(id);
    expect((await queue.read(id))?.finishedAt).toBeInstanceOf(Date);
  });

  it('that run are told, and end as cancelled even if they do not listen', async () => {
    let heard = false;
    const service = await start({
      count: ({ signal }) => {
        signal.addEventListener('abort', () => (heard = true));
        return new Promise(() => undefined);
      },
    });
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(async () => expect((await queue.read(id))?.status).toBe('running'));
    await queue.cancel(id);
    await eventually(async () => expect((await queue.read(id))?.status).toBe('cancelled'));
    expect(heard).toBe(true);
  });

  it('that take too long are stopped, tried again and parked with that reason; others go on', async () => {
    const service = await start({
      brief: () => new Promise(() => undefined),
      count: () => Promise.resolve({ syllables: 2 }),
    });
    const { queue, postgres } = contextOf(service);
    const slow = await queue.enqueue(postgres.sql, briefJob, { title: 'x' });
    const quick = await queue.enqueue(postgres.sql, countJob, { title: 'y' });
    await eventually(async () => expect((await queue.read(quick))?.status).toBe('succeeded'));
    await eventually(async () => {
      await hurry(service);
      expect(await queue.read(slow)).toMatchObject({
        status: 'failed',
        attempts: 2,
        error: { code: 'SERVICE_TIMEOUT', message: 'This took too long and was stopped.' },
      });
    });
  });

  it('tell how far they are', async () => {
    let release: (() => void) | undefined;
    const service = await start({
      count: async ({ progress }) => {
        progress(250);
        progress(42);
        await new Promise<void>((resolve) => (release = resolve));
        return { syllables: 1 };
      },
    });
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(async () => expect((await queue.read(id))?.progress).toBe(42));
    release?.();
    await eventually(async () => expect(await queue.read(id)).toMatchObject({ status: 'succeeded', progress: 100 }));
  });

  it('go on from their checkpoint when the process of their worker was killed', async () => {
    const variables = {
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      SERVICE_KEY: TEST_SERVICE_KEY,
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redis.url,
    };
    const watcher = await startTestService(toy, servers);
    running.push(watcher);
    const { queue, postgres } = contextOf(watcher);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    const child = fork(new URL('./queue-worker.ts', import.meta.url), [JSON.stringify(variables)], { execArgv: [] });
    const told: unknown[] = [];
    await new Promise<void>((resolve) => {
      child.on('message', (message) => {
        told.push(message);
        if (told.length === 2) resolve();
      });
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await queue.read(id)).toMatchObject({ status: 'running', attempts: 1 });
    // nobody may touch it before its lease is over
    const seen: unknown[] = [];
    const heir = await start({
      count: ({ checkpoint, attempt }) => {
        seen.push({ checkpoint, attempt });
        return Promise.resolve({ syllables: 42 });
      },
    });
    await contextOf(heir).postgres.sql.query(`UPDATE job SET lease_until = now() - interval '1 second'`);
    await eventually(async () => expect(await queue.read(id)).toMatchObject({ status: 'succeeded', attempts: 2 }));
    expect(seen).toEqual([{ checkpoint: { done: 41 }, attempt: 2 }]);
  });

  it('whose workers die again and again are given up', async () => {
    const service = await start();
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await postgres.sql.query(
      `UPDATE job SET status = 'running', attempts = 3, lease = $2::uuid, lease_until = now() - interval '1 second' WHERE id = $1::uuid`,
      [id, crypto.randomUUID()],
    );
    await eventually(async () =>
      expect(await queue.read(id)).toMatchObject({
        status: 'failed',
        error: { message: 'The work was interrupted too often and was given up.' },
      }),
    );
  });

  it('that were taken away stop, and what their old worker says does not count any more', async () => {
    let aborted = false;
    let finish: ((value: { syllables: number }) => void) | undefined;
    const service = await start({
      count: async ({ signal, attempt, progress, saveCheckpoint }) => {
        if (attempt === 2) return { syllables: 2 };
        signal.addEventListener('abort', () => {
          aborted = true;
          progress(99);
          void saveCheckpoint({ old: true });
        });
        return await new Promise((resolve) => (finish = resolve));
      },
    });
    const { queue, postgres } = contextOf(service);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(() => expect(finish).toBeDefined());
    // another worker took it over after the lease was over
    await postgres.sql.query(`UPDATE job SET lease_until = now() - interval '1 second'`);
    await eventually(async () => expect(await queue.read(id)).toMatchObject({ status: 'succeeded', attempts: 2 }));
    // looking at its lease, which it does every few seconds and whenever something happens, tells the old one
    await queue.cancel(id);
    await eventually(() => expect(aborted).toBe(true));
    finish?.({ syllables: 1 });
    expect(await queue.read(id)).toMatchObject({ status: 'succeeded', output: { syllables: 2 }, progress: 100 });
    const [row] = await postgres.sql.query('SELECT checkpoint FROM job WHERE id = $1::uuid', [id]);
    expect(row).toEqual({ checkpoint: null });
  });

  it('are never run by two workers at a time, though they hear of them many times and Redis forgets', async () => {
    const active = new Map<string, number>();
    let most = 0;
    const runs = new Map<string, number>();
    const work: Count = async ({ id }) => {
      active.set(id, (active.get(id) ?? 0) + 1);
      most = Math.max(most, active.get(id) ?? 0);
      runs.set(id, (runs.get(id) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      active.set(id, (active.get(id) ?? 0) - 1);
      return { syllables: 1 };
    };
    const services = await Promise.all([
      start({ count: work }, 4),
      start({ count: work }, 4),
      start({ count: work }, 4),
    ]);
    const [first] = services;
    if (!first) throw new Error('no service');
    const { queue, postgres, redis } = contextOf(first);
    const ids: string[] = [];
    for (let index = 0; index < 60; index += 1) {
      ids.push(await queue.enqueue(postgres.sql, countJob, { title: `${index}` }));
      if (index % 15 === 0) await postgres.sql.query(`UPDATE job SET dispatched_at = NULL WHERE status = 'queued'`);
    }
    await redis.commands.flushall();
    await eventually(async () => {
      const jobs = await queue.readMany(ids);
      expect(jobs.filter(({ status }) => status === 'succeeded')).toHaveLength(60);
    });
    expect(most).toBe(1);
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
  });

  it('wait for a Redis that is started anew', async () => {
    const service = await start({ count: () => Promise.resolve({ syllables: 1 }) });
    const { queue, postgres } = contextOf(service);
    process.kill(servers.redis.pid, 'SIGSTOP');
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(() =>
      expect(service.logged.some(({ msg, loop }) => loop === 'dispatch' && String(msg).startsWith('failed'))).toBe(
        true,
      ),
    );
    process.kill(servers.redis.pid, 'SIGCONT');
    await eventually(async () => expect((await queue.read(id))?.status).toBe('succeeded'), 45_000);
  });

  it('of a type that had none before wait for a Redis that does not answer, and run when it does', async () => {
    const { wire, variables } = await throughWire();
    const service = await start({ count: () => Promise.resolve({ syllables: 1 }) }, 2, { variables });
    const { queue, postgres } = contextOf(service);
    // Redis falls silent between the look for jobs and the first message of this type
    const id = await postgres.transaction(async (sql) => {
      await sql.query('LOCK TABLE job IN ACCESS EXCLUSIVE MODE');
      const isLookingForJobs = async (): Promise<boolean> => {
        const waiting = `SELECT 1 AS one FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%job%'`;
        return (await postgres.sql.query(waiting)).length > 0;
      };
      await eventually(async () => expect(await isLookingForJobs()).toBe(true));
      wire.hold();
      return await queue.enqueue(sql, countJob, { title: 'x' });
    });
    const isRefused = ({ loop, msg }: Record<string, unknown>): boolean =>
      loop === 'dispatch' && String(msg).startsWith('failed');
    await eventually(() => expect(service.logged.some(isRefused)).toBe(true));
    wire.release();
    await eventually(async () => expect((await queue.read(id))?.status).toBe('succeeded'));
    await Promise.all(running.splice(0).map(async (one) => await one.close()));
    await wire.stop();
  });

  it('are run by another worker when that of their type hears nothing, because its connections lie dead', async () => {
    const { wire, variables } = await throughWire();
    let passed = 0;
    const clock = { now: () => new Date(), monotonicMs: () => performance.now() + passed };
    const service = await start({ count: () => Promise.resolve({ syllables: 1 }) }, 2, {
      clock,
      variables,
    });
    const { queue, postgres, redis } = contextOf(service);
    const first = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(async () => expect((await queue.read(first))?.status).toBe('succeeded'));
    wire.hold();
    redis.commands.disconnect(true);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'y' });
    const isTold = async (): Promise<boolean> =>
      (await postgres.sql.query('SELECT 1 AS one FROM job WHERE id = $1::uuid AND dispatched_at IS NOT NULL', [id]))
        .length > 0;
    await eventually(async () => expect(await isTold()).toBe(true));
    passed = 31_000;
    await postgres.sql.query(`UPDATE job SET dispatched_at = now() - interval '31 seconds' WHERE id = $1::uuid`, [id]);
    await eventually(async () => expect((await queue.read(id))?.status).toBe('succeeded'));
    expect(service.logged.filter(({ msg }) => String(msg).includes('hears nothing'))).toHaveLength(1);
    await Promise.all(running.splice(0).map(async (one) => await one.close()));
    await wire.stop();
  });

  it('that are under way when their service closes are made again elsewhere, without a try being lost for waiting', async () => {
    let begun = 0;
    const first = await start({
      count: () => {
        begun += 1;
        return new Promise(() => undefined);
      },
    });
    const { queue, postgres } = contextOf(first);
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'x' });
    await eventually(() => expect(begun).toBe(1));
    await first.close();
    running.length = 0;
    const second = await start({ count: () => Promise.resolve({ syllables: 3 }) });
    await eventually(async () =>
      expect(await contextOf(second).queue.read(id)).toMatchObject({ status: 'succeeded', output: { syllables: 3 } }),
    );
  });

  it('are refused when their input does not fit their contract', async () => {
    const service = await start();
    const { queue, postgres } = contextOf(service);
    await expect(queue.enqueue(postgres.sql, countJob, { title: 7 } as unknown as { title: string })).rejects.toThrow();
  });
});
