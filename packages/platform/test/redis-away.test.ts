import { findRedis, type RedisServer, startRedis } from '@authorworks/servers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Work } from '../src/queue/index.ts';
import {
  eventually,
  startTestServers,
  startTestService,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { countJob, poemWritten, toy, type ToyContext } from './toy.ts';

const count: Work<{ title: string }, { syllables: number }> = async ({ input }) =>
  await Promise.resolve({ syllables: input.title.length });

/** FAULTS 4, for a service that has to end while Redis is in trouble: a deployment must not wait for it. */
describe('a service whose Redis is away', () => {
  let servers: TestServers;
  let redis: RedisServer;
  let service: TestService;
  const context = (): ToyContext => service.context as ToyContext;

  beforeEach(async () => {
    servers = await startTestServers();
    redis = await startRedis({
      directory: `${servers.directory}/away`,
      // oxlint-disable-next-line node/no-process-env -- tests look for programs where the person would
      binary: findRedis(process.env['PATH'] ?? '') ?? '',
    });
    service = await startTestService(toy, { ...servers, redis });
    const { bus, queue, postgres } = context();
    const written: string[] = [];
    bus.listen(poemWritten, 'note', async ({ title }) => {
      written.push(title);
      await Promise.resolve();
    });
    bus.start();
    queue.work(countJob, 2, count);
    queue.start();
    // everything has been at work once
    const id = await queue.enqueue(postgres.sql, countJob, { title: 'Ozymandias' });
    await bus.publish(postgres.sql, poemWritten, { title: 'Ozymandias' });
    await eventually(async () => expect(await queue.read(id)).toMatchObject({ status: 'succeeded' }));
    await eventually(() => expect(written).toEqual(['Ozymandias']));
  });
  afterEach(async () => {
    await service.close();
    await redis.stop();
    await servers.stop();
  });

  const enqueue = async (): Promise<string> =>
    await context().queue.enqueue(context().postgres.sql, countJob, { title: 'Mont Blanc' });
  /** Where a connection stands that waits before it tries again. */
  const waitsToReconnect = async (): Promise<void> =>
    await eventually(() => expect(context().redis.commands.status).toBe('reconnecting'));

  it('ends while Redis is dead', async () => {
    process.kill(redis.pid, 'SIGKILL');
    await redis.ended;
    await enqueue();
    await waitsToReconnect();
    await service.close();
    expect(service.logged.some(({ msg }) => msg === 'closed')).toBe(true);
  });

  it('ends while Redis does not answer', async () => {
    process.kill(redis.pid, 'SIGSTOP');
    try {
      await enqueue();
      await service.close();
      expect(service.logged.some(({ msg }) => msg === 'closed')).toBe(true);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
  });

  it('ends when Redis has just come back and nobody has noticed yet', async () => {
    process.kill(redis.pid, 'SIGKILL');
    await redis.ended;
    await waitsToReconnect();
    redis = await startRedis({
      directory: `${servers.directory}/away`,
      // oxlint-disable-next-line node/no-process-env -- tests look for programs where the person would
      binary: findRedis(process.env['PATH'] ?? '') ?? '',
      port: redis.port,
    });
    await service.close();
    expect(service.logged.some(({ msg }) => msg === 'closed')).toBe(true);
  });

  it('loses no job by it', async () => {
    process.kill(redis.pid, 'SIGKILL');
    await redis.ended;
    const id = await enqueue();
    await service.close();
    service = await startTestService(toy, servers);
    const { queue } = context();
    queue.work(countJob, 1, count);
    queue.start();
    await eventually(async () => expect(await queue.read(id)).toMatchObject({ status: 'succeeded' }));
  });
});
