import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventually,
  startTestServers,
  startTestService,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { countJob, poemWritten, toy, type ToyContext } from './toy.ts';

describe('events and jobs', () => {
  let servers: TestServers;
  let service: TestService;
  let context: ToyContext;
  const heard: string[] = [];
  let failing = 0;
  beforeAll(async () => {
    servers = await startTestServers();
    service = await startTestService(toy, servers);
    context = service.context as ToyContext;
    context.bus.listen(poemWritten, 'hear', (data) => {
      if (failing > 0) {
        failing -= 1;
        return Promise.reject(new Error('not now'));
      }
      heard.push(data.title);
      return Promise.resolve();
    });
    context.bus.start();
    context.queue.work(countJob, 2, async ({ input, progress }) => {
      progress(50);
      return await Promise.resolve({ syllables: input.title.length });
    });
    context.queue.start();
  });
  afterAll(async () => {
    await service?.close();
    await servers?.stop();
  });

  it('delivers an event of a committed transaction, and none of one that was rolled back', async () => {
    await context.postgres
      .transaction(async (sql) => {
        await context.bus.publish(sql, poemWritten, { title: 'never' });
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await context.postgres.transaction(
      async (sql) => await context.bus.publish(sql, poemWritten, { title: 'Adonais' }),
    );
    await eventually(() => expect(heard).toContain('Adonais'));
    expect(heard).not.toContain('never');
  });

  it('delivers again after a listener failed', async () => {
    failing = 1;
    await context.bus.publish(context.postgres.sql, poemWritten, { title: 'Alastor' });
    await eventually(() => expect(heard).toContain('Alastor'));
  });

  it('loses no event and delivers none twice when Redis loses all its data', async () => {
    for (let index = 0; index < 20; index += 1)
      await context.bus.publish(context.postgres.sql, poemWritten, { title: `before ${index}` });
    await context.redis.commands.flushall();
    for (let index = 0; index < 20; index += 1)
      await context.bus.publish(context.postgres.sql, poemWritten, { title: `after ${index}` });
    await eventually(() => {
      for (let index = 0; index < 20; index += 1)
        expect(heard).toEqual(expect.arrayContaining([`before ${index}`, `after ${index}`]));
    });
    expect(new Set(heard).size).toBe(heard.length);
  });

  it('runs a job and keeps its result', async () => {
    const id = await context.queue.enqueue(context.postgres.sql, countJob, { title: 'Queen Mab' });
    await eventually(async () =>
      expect(await context.queue.read(id)).toMatchObject({
        status: 'succeeded',
        progress: 100,
        output: { syllables: 9 },
      }),
    );
  });

  it('loses no job when Redis loses all its data', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 30 },
        async (_, index) => await context.queue.enqueue(context.postgres.sql, countJob, { title: `poem ${index}` }),
      ),
    );
    await context.redis.commands.flushall();
    await eventually(async () => {
      const jobs = await context.queue.readMany(ids);
      expect(jobs.filter(({ status }) => status === 'succeeded')).toHaveLength(30);
    }, 45_000);
  });
});
