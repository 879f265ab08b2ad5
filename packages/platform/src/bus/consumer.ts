import { type EventEnvelope, publisherOf } from '@authorworks/contracts';
import { newId } from '../ids.ts';
import { Loop } from '../loop.ts';
import { counter } from '../metrics.ts';
import type { Postgres } from '../postgres/index.ts';
import type { Redis, RedisConnections } from '../redis.ts';
import { withRequest } from '../request-context.ts';
import type { Base } from '../service.ts';
import { contextFromHeaders } from '../trace-context.ts';
import { parkDeadLetter } from './dead-letters.ts';
import { type Listener, streamOf } from './listener.ts';

/** Waiting times before the second try and the following, in milliseconds; after the last the event is parked. */
const RETRY_WAITS_MS = [500, 2_000, 10_000, 60_000];
const BATCH = 50;
const BLOCK_MS = 5_000;
/** An entry that another consumer has held for this long belongs to a process that died. */
const ORPHANED_MS = 90_000;
const CLAIM_EVERY_MS = 15_000;
/** Longer than the relay's window for publishing again after a loss. */
const INBOX_KEPT = `interval '7 days'`;

type StreamEntry = [id: string, fields: string[]];

interface Retry {
  readonly stream: string;
  readonly entry: StreamEntry;
  readonly attempts: number;
  readonly dueMs: number;
}

const envelopeOf = ([, fields]: StreamEntry): EventEnvelope | undefined => {
  const index = fields.indexOf('envelope');
  const raw = index < 0 ? undefined : fields[index + 1];
  return raw === undefined ? undefined : (JSON.parse(raw) as EventEnvelope);
};

const isNoGroup = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOGROUP');

/** Reads the streams of all publishers that this service listens to, as one member of the service's consumer group. */
export class Consumer {
  readonly #base: Base;
  readonly #postgres: Postgres;
  readonly #redis: RedisConnections;
  readonly #listeners: readonly Listener[];
  readonly #member = newId();
  readonly #retries = new Map<string, Retry>();
  readonly #handled;
  readonly #claims: Loop;
  #reader: Redis | undefined;
  #reading: Promise<void> | undefined;
  #closed = false;

  constructor(base: Base, postgres: Postgres, redis: RedisConnections, listeners: readonly Listener[]) {
    this.#base = base;
    this.#postgres = postgres;
    this.#redis = redis;
    this.#listeners = listeners;
    this.#handled = counter(base.metrics, 'bus_events_handled_total', 'Events given to listeners', [
      'listener',
      'result',
    ]);
    this.#claims = new Loop('claims', CLAIM_EVERY_MS, base.log, async () => await this.#claimOrphans());
  }

  start(): void {
    if (this.#listeners.length === 0) return;
    this.#reader = this.#redis.connect('bus');
    this.#reading = this.#read(this.#reader);
    this.#claims.start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reader?.disconnect();
    await this.#claims.close();
    await this.#reading;
  }

  /** Gives an event to one listener, unless that listener had it already. */
  async deliver(name: string, envelope: EventEnvelope): Promise<void> {
    const listener = this.#listeners.find((candidate) => candidate.name === name);
    if (!listener) throw new Error(`${this.#base.name} has no listener named ${name}`);
    const { meta } = envelope;
    const had = await this.#postgres.sql.query(
      'SELECT 1 AS one FROM inbox WHERE event_id = $1::uuid AND listener = $2',
      [meta.id, name],
    );
    if (had.length > 0) return;
    const log = this.#base.log.child({ event: meta.type, eventId: meta.id, listener: name });
    const data = listener.event.data.parse(envelope.data);
    await contextFromHeaders(
      meta.traceContext ?? {},
      async () =>
        await withRequest({ requestId: meta.correlationId }, async () => await listener.handle(data, { meta, log })),
    );
    await this.#postgres.sql.query(
      'INSERT INTO inbox (event_id, listener) VALUES ($1::uuid, $2) ON CONFLICT DO NOTHING',
      [meta.id, name],
    );
  }

  #streams(): string[] {
    return [...new Set(this.#listeners.map(({ event }) => streamOf(publisherOf(event))))];
  }

  async #read(reader: Redis): Promise<void> {
    const streams = this.#streams();
    let ready = false;
    while (!this.#closed) {
      try {
        if (!ready) await this.#createGroups(reader, streams);
        ready = true;
        await this.#runDueRetries();
        const wait = Math.max(1, Math.min(BLOCK_MS, this.#nextRetryMs()));
        const batches = (await reader.xreadgroup(
          'GROUP',
          this.#base.name,
          this.#member,
          'COUNT',
          BATCH,
          'BLOCK',
          wait,
          'STREAMS',
          ...streams,
          ...streams.map(() => '>'),
        )) as [string, StreamEntry[]][] | null;
        for (const [stream, entries] of batches ?? [])
          for (const entry of entries) await this.#handle(stream, entry, 1);
      } catch (error) {
        if (this.#closed) return;
        // a Redis that was flushed has no groups any more: make them again, from the beginning
        ready = false;
        if (!isNoGroup(error)) {
          this.#base.log.debug({ err: error }, 'cannot read events now');
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }
    }
  }

  async #createGroups(reader: Redis, streams: readonly string[]): Promise<void> {
    for (const stream of streams) {
      await reader.xgroup('CREATE', stream, this.#base.name, '0', 'MKSTREAM').catch((error: Error) => {
        if (!error.message.startsWith('BUSYGROUP')) throw error;
      });
    }
  }

  #nextRetryMs(): number {
    const now = this.#base.clock.monotonicMs();
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#retries.values()].map(({ dueMs }) => dueMs - now));
  }

  async #runDueRetries(): Promise<void> {
    const now = this.#base.clock.monotonicMs();
    for (const [id, retry] of this.#retries) {
      if (retry.dueMs > now) continue;
      this.#retries.delete(id);
      await this.#handle(retry.stream, retry.entry, retry.attempts + 1);
    }
  }

  /** One delivery of a stream entry to all listeners of its type; acknowledged when each has handled or parked it. */
  async #handle(stream: string, entry: StreamEntry, attempt: number): Promise<void> {
    const envelope = envelopeOf(entry);
    const last = attempt > RETRY_WAITS_MS.length;
    let settled = true;
    for (const listener of envelope ? this.#listeners.filter(({ event }) => event.type === envelope.meta.type) : []) {
      settled = (await this.#try(listener, envelope as EventEnvelope, attempt, last)) && settled;
    }
    if (settled) {
      await this.#redis.commands.xack(stream, this.#base.name, entry[0]);
      return;
    }
    const wait = RETRY_WAITS_MS[attempt - 1] ?? 60_000;
    this.#retries.set(`${stream} ${entry[0]}`, {
      stream,
      entry,
      attempts: last ? attempt - 1 : attempt,
      dueMs: this.#base.clock.monotonicMs() + wait,
    });
  }

  /** @returns whether this listener is done with the event, by handling or by parking it. */
  async #try(listener: Listener, envelope: EventEnvelope, attempt: number, last: boolean): Promise<boolean> {
    try {
      await this.deliver(listener.name, envelope);
      this.#handled.inc({ listener: listener.name, result: 'handled' });
      return true;
    } catch (error) {
      const detail = {
        err: error,
        listener: listener.name,
        event: envelope.meta.type,
        eventId: envelope.meta.id,
        attempt,
      };
      if (!last) {
        this.#handled.inc({ listener: listener.name, result: 'failed' });
        this.#base.log.warn(detail, 'event not handled; will be tried again');
        return false;
      }
      this.#base.log.error(detail, 'event parked as a dead letter');
      return await this.#park(listener.name, envelope, error as Error, attempt);
    }
  }

  async #park(listener: string, envelope: EventEnvelope, error: Error, attempts: number): Promise<boolean> {
    try {
      await parkDeadLetter(this.#postgres.sql, listener, envelope, { error: error.stack ?? error.message, attempts });
      this.#handled.inc({ listener, result: 'parked' });
      return true;
    } catch {
      // PostgreSQL itself is away: nothing may be dropped, so try once more later
      return false;
    }
  }

  async #claimOrphans(): Promise<void> {
    for (const stream of this.#streams()) {
      const [, entries] = (await this.#redis.commands.xautoclaim(
        stream,
        this.#base.name,
        this.#member,
        ORPHANED_MS,
        '0',
        'COUNT',
        BATCH,
      )) as [string, StreamEntry[]];
      for (const entry of entries) {
        if (!this.#retries.has(`${stream} ${entry[0]}`)) await this.#handle(stream, entry, 1);
      }
    }
    await this.#postgres.sql.query(`DELETE FROM inbox WHERE handled_at < now() - ${INBOX_KEPT}`);
  }
}
