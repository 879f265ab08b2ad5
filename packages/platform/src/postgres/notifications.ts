import pg from 'pg';
import type { Logger } from '../log.ts';
import { type DatabaseUrl, isWrongPassword } from './database-url.ts';

/** Wakes somebody when a transaction commits, by LISTEN/NOTIFY. Only a hint: whoever listens also looks by itself. */
export interface Notifications {
  readonly on: (channel: string, wake: () => void) => void;
  readonly close: () => Promise<void>;
}

const RECONNECT_MS = 1_000;

/** One connection that listens on all channels; it comes back by itself after PostgreSQL was away. */
export const openNotifications = (url: DatabaseUrl, log: Logger): Notifications => {
  const wakers = new Map<string, () => void>();
  let client: pg.Client | undefined;
  /** The same, once it is connected. */
  let ready: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  /** One LISTEN after the other: a pg client does not take two at a time. */
  let listening = Promise.resolve();
  const listen = (on: pg.Client, channel: string): void => {
    listening = listening
      .then(async () => void (await on.query(`LISTEN ${on.escapeIdentifier(channel)}`)))
      .catch((error: unknown) => log.debug({ err: error, channel }, 'cannot listen now'));
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url.present(), application_name: 'notifications', keepAlive: true });
    const lost = (): void => {
      if (client !== next) return;
      client = undefined;
      ready = undefined;
      if (!closed) timer = setTimeout(() => void connect(), RECONNECT_MS);
    };
    next.on('notification', ({ channel }) => wakers.get(channel)?.());
    next.on('error', lost);
    next.on('end', lost);
    client = next;
    try {
      await next.connect();
      ready = next;
      for (const channel of wakers.keys()) listen(next, channel);
      await listening;
      // whatever was announced while nobody listened
      for (const wake of wakers.values()) wake();
    } catch (error) {
      log.debug({ err: error }, 'cannot listen for notifications yet');
      // the next attempt is a moment away
      if (isWrongPassword(error)) url.renew();
      lost();
      await next.end().catch(() => undefined);
    }
  };
  void connect();

  return {
    on: (channel, wake) => {
      wakers.set(channel, wake);
      if (ready) listen(ready, channel);
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      const current = client;
      client = undefined;
      await current?.end().catch(() => undefined);
    },
  };
};
