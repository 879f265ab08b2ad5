import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endConnection } from '../src/redis.ts';
import { eventually, startTestServers, startWire, type TestServers, type Wire } from '../src/testing/index.ts';

/** A reader that waits for ever, until its connection is ended. @returns what it was told then. */
const readForEver = async (redis: Redis): Promise<string> => {
  for (;;) {
    try {
      await redis.xread('BLOCK', 1_000, 'STREAMS', 'platform-test', '$');
    } catch (error) {
      return (error as Error).message;
    }
  }
};

describe('a connection to Redis that is ended', () => {
  let servers: TestServers;
  let wire: Wire;
  beforeAll(async () => {
    servers = await startTestServers();
    wire = await startWire(servers.redis.url);
  });
  afterAll(async () => {
    await wire?.stop();
    await servers?.stop();
  });

  const open = async (retryMs: number): Promise<Redis> => {
    const url = new URL(servers.redis.url);
    url.port = new URL(wire.url).port;
    const redis = new Redis(url.href, {
      disconnectTimeout: 500,
      maxRetriesPerRequest: null,
      retryStrategy: () => retryMs,
    });
    redis.on('error', () => undefined);
    await redis.ping();
    return redis;
  };

  it('fails the command that is under way', async () => {
    const redis = await open(50);
    const reading = readForEver(redis);
    endConnection(redis);
    expect(await reading).toMatch(/closed/);
  });

  it('fails the command that was under way when it was lost, while it waits to be made anew', async () => {
    const redis = await open(60_000);
    const reading = readForEver(redis);
    wire.cut();
    await eventually(() => expect(redis.status).toBe('reconnecting'));
    endConnection(redis);
    expect(await reading).toMatch(/closed/);
  });

  it('fails the command that was under way when it was lost, while it is being made anew', async () => {
    const redis = await open(1);
    const reading = readForEver(redis);
    const halfMade = new Promise<void>((resolve) => void redis.once('connect', () => resolve()));
    wire.cut();
    await halfMade;
    expect(redis.status).toBe('connect');
    endConnection(redis);
    expect(await reading).toMatch(/closed/);
  });
});
