import { Redis, type RedisOptions } from 'ioredis';
import type { ConfigOf } from './config.ts';
import type { Base } from './service.ts';
import type { redisSettings } from './settings.ts';

export type { Redis } from 'ioredis';

/** Waiting time before the nth try to reconnect, in milliseconds. */
const retryMs = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 2_000);

/** A server that does not answer does not close its end of a connection either; after this time ours is destroyed. */
const DISCONNECT_MS = 500;

/** What ioredis 6 holds of a connection that was lost, to send it once more over the next one. */
interface Unanswered {
  readonly prevCommandQueue?: {
    readonly shift: () => { command: { reject: (error: Error) => void } } | undefined;
  } | null;
}

/** Commands that were under way when the connection was lost: ioredis forgets them when there is to be no next one. */
const failUnanswered = (redis: Redis): void => {
  const { prevCommandQueue } = redis as unknown as Unanswered;
  for (let next = prevCommandQueue?.shift(); next; next = prevCommandQueue?.shift())
    next.command.reject(new Error('The connection to Redis is closed.'));
};

/**
 * Ends a connection at once, whatever its state; commands that wait in it fail. ioredis alone leaves those of a connection
 * that is lost, and not yet or only half made anew, waiting for ever.
 */
export const endConnection = (redis: Redis): void => {
  failUnanswered(redis);
  redis.disconnect();
  if (redis.status !== 'reconnecting') return;
  redis.connect().catch(() => undefined);
  redis.disconnect();
};

/** BullMQ takes connections of its own from the one that it is given; they end with it. */
class OwnConnection extends Redis {
  readonly #duplicates: Redis[] = [];

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const duplicate = super.duplicate(override);
    this.#duplicates.push(duplicate);
    return duplicate;
  }

  override disconnect(reconnect = false): void {
    super.disconnect(reconnect);
    if (!reconnect) for (const duplicate of this.#duplicates.splice(0)) endConnection(duplicate);
  }
}

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
    const redis = new OwnConnection(base.config.redisUrl, {
      disconnectTimeout: DISCONNECT_MS,
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
    base.onClose(`redis ${purpose}`, () => endConnection(redis));
    return redis;
  };
  const commands = open('commands', { maxRetriesPerRequest: 1, commandTimeout: 1_000, enableOfflineQueue: true });
  return { commands, connect: (purpose, options) => open(purpose, { maxRetriesPerRequest: null, ...options }) };
};
