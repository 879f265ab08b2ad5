import { type EventDefinition, type EventEnvelope, type EventInput, publisherOf } from '@authorworks/contracts';
import { newId } from '../ids.ts';
import type { Postgres, Sql } from '../postgres/index.ts';
import type { RedisConnections } from '../redis.ts';
import { currentRequest } from '../request-context.ts';
import type { Base } from '../service.ts';
import { currentTrace } from '../trace-context.ts';
import { Consumer } from './consumer.ts';
import { countEvents, type DeadLetter, listDeadLetters, replayDeadLetter } from './dead-letters.ts';
import type { Handle, Listener } from './listener.ts';
import { Relay } from './relay.ts';

export type { DeadLetter } from './dead-letters.ts';
export type { Delivery, Handle } from './listener.ts';

export interface Bus {
  /**
   * Writes an event into the outbox, in the caller's transaction: it is published if, and only if, that commits.
   * @throws Error when `data` does not fit the event's contract.
   */
  readonly publish: <E extends EventDefinition>(sql: Sql, event: E, data: EventInput<E>) => Promise<void>;
  /** Registers a listener under a name that is unique in the service; deliveries begin with `start`. */
  readonly listen: <E extends EventDefinition>(event: E, name: string, handle: Handle<E>) => void;
  /** Begins to publish, and to deliver to the listeners registered so far while it is this house's turn (`Duty`). */
  readonly start: () => void;
  /** The oldest ones, at most 200. */
  readonly deadLetters: () => Promise<DeadLetter[]>;
  readonly counts: () => Promise<{ readonly deadLetters: number; readonly unpublished: number }>;
  /**
   * Hands a parked event to its listener once more.
   * @returns whether there was one. @throws whatever the listener throws; the event then stays parked.
   */
  readonly replay: (eventId: string, listener: string) => Promise<boolean>;
}

const envelopeOf = (service: string, event: EventDefinition, data: unknown, now: Date): EventEnvelope => {
  if (publisherOf(event) !== service) throw new Error(`${service} cannot publish ${event.type}`);
  const trace = currentTrace();
  const id = newId();
  return {
    meta: {
      id,
      type: event.type,
      version: event.version,
      timestamp: now.toISOString(),
      correlationId: currentRequest()?.requestId ?? id,
      source: service,
      ...(Object.keys(trace).length > 0 ? { traceContext: trace } : {}),
    },
    data: event.data.parse(data),
  };
};

/**
 * Events between services: transactional outbox in PostgreSQL → Redis stream of the publisher → a consumer group for
 * each service. At-least-once; survives a Redis that lost everything, because the outbox is kept for a day and published
 * again when the stream's marker is gone.
 */
export const openBus = (base: Base, postgres: Postgres, redis: RedisConnections): Bus => {
  const relay = new Relay(base, postgres, redis);
  const listeners: Listener[] = [];
  const consumer = new Consumer(base, postgres, redis, listeners);
  base.onClose('bus', async () => {
    await consumer.close();
    await relay.close();
  });
  const bus: Bus = {
    publish: async (sql, event, data) => {
      const envelope = envelopeOf(base.name, event, data, base.clock.now());
      await sql.query('INSERT INTO outbox (id, type, envelope) VALUES ($1::uuid, $2, $3::jsonb)', [
        envelope.meta.id,
        event.type,
        JSON.stringify(envelope),
      ]);
    },
    listen: (event, name, handle) => {
      if (listeners.some((listener) => listener.name === name))
        throw new Error(`${base.name} has two listeners named ${name}`);
      // the envelope's data is parsed by this listener's own event before it is handed over
      listeners.push({ name, event, handle: handle });
    },
    start: () => {
      // whoever is there publishes what is committed, in turn and unread; but an event belongs to the newest listeners
      relay.start();
      base.duty.whileListening({ start: () => consumer.start(), stop: async () => await consumer.close() });
    },
    deadLetters: async () => await listDeadLetters(postgres.sql),
    counts: async () => await countEvents(postgres.sql),
    replay: async (eventId, name) =>
      await replayDeadLetter(postgres.sql, eventId, name, async (envelope) => await consumer.deliver(name, envelope)),
  };
  base.showOperators({ bus });
  return bus;
};
