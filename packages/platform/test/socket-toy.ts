import { defineSocket, type HouseServerEvents } from '@authorworks/contracts';
import { z } from 'zod';
import { type Bus, openBus } from '../src/bus/index.ts';
import { type Context, defineService, fail, flag, integer, postgresSettings, redisSettings } from '../src/index.ts';
import { openPostgres, type Postgres } from '../src/postgres/index.ts';
import { openRedis, type RedisConnections } from '../src/redis.ts';
import { openRevocations, openSockets, type Revocations, type Sockets } from '../src/sockets.ts';

export const PATH = '/api/messaging/socket';
export const NAMESPACE = '/salon';

/** A small service with a socket, under the name of messaging: a salon in which people say lines to each other. */
export interface SalonEvents extends HouseServerEvents {
  said: (message: { readonly line: string }) => void;
}

export interface SalonContext extends Context {
  readonly postgres: Postgres;
  readonly redis: RedisConnections;
  readonly bus: Bus;
  readonly revocations: Revocations;
  readonly salon: { sockets?: Sockets<SalonEvents, Messages> };
  readonly config: Context['config'] & { readonly shared: boolean; readonly seats: number; readonly strangers: number };
}

const salonSocket = defineSocket({
  path: PATH,
  namespace: NAMESPACE,
  messages: {
    say: z.strictObject({ line: z.string().min(1) }),
    break: z.strictObject({}),
    knock: z.strictObject({}),
    refuse: z.strictObject({}),
  },
});
type Messages = typeof salonSocket.messages;

const config = {
  ...postgresSettings,
  ...redisSettings,
  shared: flag({ doc: 'Rooms over replicas', default: false }),
  seats: integer({ doc: 'Connections of an account', default: 20 }),
  strangers: integer({ doc: 'Strangers of an address', default: 50 }),
};

export const salon = defineService({
  name: 'messaging',
  version: '0.0.1',
  config,
  context: async (base): Promise<SalonContext> => {
    const postgres = await openPostgres(base);
    const redis = openRedis(base);
    const bus = openBus(base, postgres, redis);
    return { ...base, postgres, redis, bus, revocations: openRevocations(base, postgres, bus), salon: {} };
  },
  routes: [],
  attach: (context, server) => {
    const { shared, seats, strangers } = context.config;
    const sockets = openSockets<SalonEvents, Messages>(context, server, {
      contract: salonSocket,
      maxMessageBytes: 100_000,
      revocations: context.revocations,
      ...(shared ? { redis: context.redis } : {}),
      limits: {
        connectionsPerAccount: seats,
        strangersPerAddress: strangers,
        packets: { perSecond: 500, burst: 500 },
        unsentBytes: 8_000_000,
      },
      connected: (connection) => {
        connection.join('salon');
        connection.on('say', ({ line }) => {
          sockets.send('salon', 'said', { line }, { exceptConnection: connection.id });
          return { by: connection.auth.name };
        });
        connection.on('break', () => {
          throw new TypeError('the secret password is 12345');
        });
        connection.on('knock', () => 'come in', { rate: { perSecond: 1, burst: 3 } });
        connection.on('refuse', () => {
          throw fail({ code: 'SALON_FULL', status: 409, message: 'The salon is full.' }, { retryAfterSeconds: 0.25 });
        });
      },
    });
    context.salon.sockets = sockets;
  },
  start: (context) => context.bus.start(),
});
