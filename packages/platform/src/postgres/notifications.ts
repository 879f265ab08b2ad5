import pg from 'pg';
import type { Logger } from '../log.ts';

/** Wakes somebody when a transaction commits, by LISTEN/NOTIFY. Only a hint: whoever listens also looks by itself. */
export interface Notifications {
  readonly on: (channel: string, wake: () => void) => void;
  readonly close: () => Promise<void>;
}

const RECONNECT_MS = 1_000;

/** One connection that listens on all channels; it comes back by itself after PostgreSQL was away. */
export const openNotifications = (databaseUrl: string, log: Logger): Notifications => {
  const wakers = new Map<string, () => void>();
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: databaseUrl, application_name: 'notifications', keepAlive: true });
    const lost = (): void => {
      if (client !== next) return;
      client = undefined;
      if (!closed) timer = setTimeout(() => void connect(), RECONNECT_MS);
    };
    next.on('notification', ({ channel }) => wakers.get(channel)?.());
    next.on('error', lost);
    next.on('end', lost);
    client = next;
    try {
      await next.connect();
      for (const channel of wakers.keys()) await next.query(`LISTEN ${next.escapeIdentifier(channel)}`);
      // whatever was announced while nobody listened
      for (const wake of wakers.values()) wake();
    } catch (error) {
      log.debug({ err: error }, 'cannot listen for notifications yet');
      lost();
      await next.end().catch(() => undefined);
    }
  };
  void connect();

  return {
    on: (channel, wake) => {
      wakers.set(channel, wake);
      const current = client;
      current?.query(`LISTEN ${current.escapeIdentifier(channel)}`).catch(() => undefined);
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
