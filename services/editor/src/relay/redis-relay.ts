import type { SceneId } from '@authorworks/contracts';
import { counter, type Logger, type Metrics, newId } from '@authorworks/platform';
import type { RedisConnections } from '@authorworks/platform/redis';
import type { AccessChange, Relay, RelayListener } from '../document/ports.ts';
import { decodeMessage, encodeMessage, type RelayMessage } from './relay-message.ts';

/** Channels of single scenes, and one that all replicas hear. */
const SCENE = 'editor:scene:';
const HOUSE = 'editor:house';

export interface RedisRelay extends Relay {
  readonly tellAccessChanged: (change: AccessChange) => void;
  readonly tellRemoved: (sceneIds: readonly SceneId[]) => void;
  /** Begins to hear. */
  readonly start: (listener: RelayListener) => void;
}

/**
 * Redis pub/sub between replicas: fast, and allowed to lose anything. It brings what PostgreSQL has committed already, so a
 * replica that missed something finds it there.
 */
export const openRedisRelay = (
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
  redis: RedisConnections,
): RedisRelay => {
  const replica = newId();
  const subscriber = redis.connect('relay');
  const followed = new Set<SceneId>();
  const told = counter(metrics, 'editor_relay_told_total', 'Messages to other replicas', ['result']);

  const isUp = (): boolean => redis.commands.status === 'ready' && subscriber.status === 'ready';
  const tell = (channel: string, message: RelayMessage): void => {
    // a queue of old news would only grow while Redis is away
    if (redis.commands.status !== 'ready') {
      told.inc({ result: 'away' });
      return;
    }
    redis.commands.publish(channel, encodeMessage(replica, message)).then(
      () => told.inc({ result: 'told' }),
      () => told.inc({ result: 'lost' }),
    );
  };
  const subscribe = async (channel: string): Promise<void> => {
    await subscriber.subscribe(channel).catch((error: unknown) => log.debug({ err: error }, 'not subscribed yet'));
  };

  return {
    isUp,
    follow: async (sceneId) => {
      if (followed.has(sceneId)) return;
      followed.add(sceneId);
      await subscribe(SCENE + sceneId);
    },
    unfollow: (sceneId) => {
      if (!followed.delete(sceneId)) return;
      subscriber.unsubscribe(SCENE + sceneId).catch(() => undefined);
    },
    tellCommitted: (sceneId, span) => tell(SCENE + sceneId, { kind: 'committed', ...span }),
    tellMoved: (sceneId, update) => tell(SCENE + sceneId, { kind: 'moved', update }),
    tellArrived: (sceneId) => tell(SCENE + sceneId, { kind: 'arrived' }),
    tellAccessChanged: (change) => tell(HOUSE, { kind: 'access', change }),
    tellRemoved: (sceneIds) => tell(HOUSE, { kind: 'removed', sceneIds }),
    start: (listener) => {
      const hear = (channel: string, bytes: Buffer): void => {
        const { replica: from, message } = decodeMessage(bytes);
        if (from === replica) return;
        const sceneId = channel.slice(SCENE.length) as SceneId;
        if (message.kind === 'committed') listener.committed(sceneId, message);
        else if (message.kind === 'moved') listener.moved(sceneId, message.update, from);
        else if (message.kind === 'arrived') listener.arrived(sceneId);
        else if (message.kind === 'access') listener.accessChanged(message.change);
        else listener.removed(message.sceneIds);
      };
      subscriber.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
        try {
          hear(channel.toString(), bytes);
        } catch (error) {
          log.warn({ err: error }, 'a message of another replica cannot be read');
        }
      });
      // ioredis subscribes again by itself; what was said meanwhile is lost
      subscriber.on('ready', () => listener.restored());
      void subscribe(HOUSE);
    },
  };
};
