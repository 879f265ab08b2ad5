import { Redis, type RedisOptions } from 'ioredis';
import type { ConfigOf } from './config.ts';
import type { Base } from './service.ts';
import type { redisSettings } from './settings.ts';

export type { Redis } from 'ioredis';

/** Waiting time before the nth try to reconnect, in milliseconds. */
const retryMs = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 2_000);

/** What a connection of one's own may do otherwise. */
export type ConnectionOptions = Pick<RedisOptions, 'enableAutoPipelining'>;

export interface RedisConnections {
  /** For commands: fails within a second when Redis is away, because Redis never holds the only copy of anything. */
  readonly commands: Redis;
  /** A connection of one's own, for blocking reads and subscriptions; waits for Redis for ever. Closed with the service. */
  readonly connect: (purpose: string, options?: ConnectionOptions) => Redis;
}

/** Connections to Redis. They come back by themselves; keys, streams and channels must begin with the service's name. */
export const openRedis = (base: Base<ConfigOf<typeof redisSettings>>): RedisConnections => {
  const open = (purpose: string, options: Omit<RedisOptions, 'replyMapping'>): Redis => {
    const redis = new Redis(base.config.redisUrl, {
      connectionName: `${base.name}-${purpose}`,
      retryStrategy: retryMs,
      ...options,
    });
    let away = false;
    redis.on('error', (error: Error) => {
      if (!away) base.log.warn({ err: error, purpose }, 'Redis is away');
      away = true;
    });
    redis.on('ready', () => {
      if (away) base.log.info({ purpose }, 'Redis is back');
      away = false;
    });
    base.onClose(`redis ${purpose}`, () => redis.disconnect());
    return redis;
  };
  const commands = open('commands', { maxRetriesPerRequest: 1, commandTimeout: 1_000, enableOfflineQueue: true });
  return { commands, connect: (purpose, options) => open(purpose, { maxRetriesPerRequest: null, ...options }) };
};
