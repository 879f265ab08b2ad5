import { type EventEnvelope, publisherOf } from '@authorworks/contracts';
import { SpanKind } from '@opentelemetry/api';
import { translateError } from '../errors.ts';
import { newId } from '../ids.ts';
import { Loop } from '../loop.ts';
import { counter } from '../metrics.ts';
import type { Postgres } from '../postgres/index.ts';
import { endConnection, type Redis, type RedisConnections } from '../redis.ts';
import { withRequest } from '../request-context.ts';
import type { Base } from '../service.ts';
import { contextFromHeaders, inSpan } from '../trace-context.ts';
import { parkDeadLetter } from './dead-letters.ts';
import { type Listener, streamOf } from './listener.ts';

/** Waiting times before the second try and the following, in milliseconds; after the last the event is parked. */
const RETRY_WAITS_MS = [500, 2_000, 10_000, 60_000];
const LONGEST_WAIT_MS = 60_000;
const BATCH = 50;
const BLOCK_MS = 5_000;
/** An entry that another consumer has held for this long belongs to a process that died. */
const ORPHANED_MS = 90_000;
const CLAIM_EVERY_MS = 15_000;
/** With more events waiting for another try than this, no new ones are taken: they are safe in Redis, and memory is not. */
const MAX_WAITING = 1_000;
const SWEEP_EVERY_MS = 10 * 60_000;
/** A member of the group that has said nothing for this long, and holds nothing, is gone. */
const MEMBER_GONE_MS = 60 * 60_000;
/** Longer than the relay's window for publishing again after a loss. */
const INBOX_KEPT = `interval '7 days'`;

type StreamEntry = [id: string, fields: string[]];

/** Tries that an event has had: those that count, and those on which a neighbour was away. */
interface Tries {
  readonly counted: number;
  readonly away: number;
}

interface Retry {
  readonly stream: string;
  readonly entry: StreamEntry;
  readonly tries: Tries;
  readonly dueMs: number;
}

const FIRST: Tries = { counted: 0, away: 0 };

/** What came of one listener's try: done (handled or parked), failed, or something it needs is away. */
type Outcome = 'done' | 'failed' | 'away';

const envelopeOf = ([, fields]: StreamEntry): EventEnvelope | undefined => {
  const index = fields.indexOf('envelope');
  const raw = index < 0 ? undefined : fields[index + 1];
  try {
    const envelope = raw === undefined ? undefined : (JSON.parse(raw) as Partial<EventEnvelope>);
    return typeof envelope?.meta?.type === 'string' ? (envelope as EventEnvelope) : undefined;
  } catch {
    return undefined;
  }
};

/** The machine room, not the event, is at fault: however often it is tried, it must not become a dead letter. */
const isAway = (error: unknown): boolean => [503, 504, 507].includes(translateError(error).definition.status);

const isNoGroup = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOGROUP');

/** Reads the streams of all publishers that this service listens to, as one member of the service's consumer group. */
export class Consumer {
  readonly #base: Base;
  readonly #postgres: Postgres;
  readonly #redis: RedisConnections;
  readonly #listeners: readonly Listener[];
  readonly #member = newId();
  readonly #retries = new Map<string, Retry>();
  /** Entries in the hands of a listener now. */
  readonly #busy = new Set<string>();
  readonly #handled;
  readonly #claims: Loop;
  #reader: Redis | undefined;
  #reading: Promise<void> | undefined;
  #closed = true;
  #sweptAt = 0;

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
    this.#closed = false;
    this.#reader = this.#redis.connect('bus');
    this.#reading = this.#read(this.#reader);
    this.#claims.start();
  }

  /** Hears nothing any more, until it is started again; what waits for another try is taken over by other members. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#reader) endConnection(this.#reader);
    await this.#claims.close();
    await this.#reading;
    await this.#leave().catch(() => undefined);
    this.#retries.clear();
  }

  /** A member that leaves with nothing in its hands need not be remembered by the group. */
  async #leave(): Promise<void> {
    if (this.#retries.size > 0 || this.#redis.commands.status !== 'ready') return;
    for (const stream of this.#listeners.length > 0 ? this.#streams() : []) {
      const held = await this.#redis.commands.xpending(stream, this.#base.name, '-', '+', 1, this.#member);
      if (held.length === 0) await this.#redis.commands.xgroup('DELCONSUMER', stream, this.#base.name, this.#member);
    }
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
        await inSpan(`${meta.type} ${name}`, { kind: SpanKind.CONSUMER }, async () => {
          await withRequest({ requestId: meta.correlationId }, async () => await listener.handle(data, { meta, log }));
        }),
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
        if (this.#retries.size >= MAX_WAITING) {
          await new Promise((resolve) => setTimeout(resolve, Math.min(500, Math.max(1, this.#nextRetryMs()))));
          continue;
        }
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
          for (const entry of entries) await this.#handle(stream, entry, FIRST);
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
      await this.#handle(retry.stream, retry.entry, retry.tries);
    }
  }

  /** One delivery of a stream entry to all listeners of its type; acknowledged when each has handled or parked it. */
  async #handle(stream: string, entry: StreamEntry, tries: Tries): Promise<void> {
    const key = `${stream} ${entry[0]}`;
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    try {
      const outcomes = await this.#give(entry, tries.counted + 1);
      if (outcomes.every((outcome) => outcome === 'done')) {
        await this.#redis.commands.xack(stream, this.#base.name, entry[0]);
        return;
      }
      const failed = outcomes.includes('failed');
      const next = failed ? { ...tries, counted: tries.counted + 1 } : { ...tries, away: tries.away + 1 };
      const wait = RETRY_WAITS_MS[(failed ? next.counted : next.away) - 1] ?? LONGEST_WAIT_MS;
      this.#retries.set(key, { stream, entry, tries: next, dueMs: this.#base.clock.monotonicMs() + wait });
    } finally {
      this.#busy.delete(key);
    }
  }

  async #give(entry: StreamEntry, attempt: number): Promise<Outcome[]> {
    const envelope = envelopeOf(entry);
    if (!envelope) {
      // nobody of the house wrote this, and no later try will read it either
      this.#base.log.error({ entry: entry[0] }, 'an entry of the stream is no event; it is passed over');
      return [];
    }
    const outcomes: Outcome[] = [];
    for (const listener of this.#listeners.filter(({ event }) => event.type === envelope.meta.type))
      outcomes.push(await this.#try(listener, envelope, attempt));
    return outcomes;
  }

  async #try(listener: Listener, envelope: EventEnvelope, attempt: number): Promise<Outcome> {
    try {
      await this.deliver(listener.name, envelope);
      this.#handled.inc({ listener: listener.name, result: 'handled' });
      return 'done';
    } catch (error) {
      const { type: event, id: eventId } = envelope.meta;
      const detail = { err: error, listener: listener.name, event, eventId, attempt };
      if (isAway(error)) {
        this.#handled.inc({ listener: listener.name, result: 'away' });
        this.#base.log.warn(detail, 'something that this event needs is away; will be tried again');
        return 'away';
      }
      if (attempt <= RETRY_WAITS_MS.length) {
        this.#handled.inc({ listener: listener.name, result: 'failed' });
        this.#base.log.warn(detail, 'event not handled; will be tried again');
        return 'failed';
      }
      this.#base.log.error(detail, 'event parked as a dead letter');
      return await this.#park(listener.name, envelope, error as Error, attempt);
    }
  }

  async #park(listener: string, envelope: EventEnvelope, error: Error, attempts: number): Promise<Outcome> {
    try {
      await parkDeadLetter(this.#postgres.sql, listener, envelope, { error: error.stack ?? error.message, attempts });
      this.#handled.inc({ listener, result: 'parked' });
      return 'done';
    } catch {
      // PostgreSQL itself is away: nothing may be dropped, so try once more later
      return 'away';
    }
  }

  /** Tells the group that we still have what we hold, so that no other member takes it for orphaned. */
  async #keepHeld(stream: string): Promise<void> {
    const held = [...this.#busy, ...this.#retries.keys()]
      .filter((key) => key.startsWith(`${stream} `))
      .map((key) => key.slice(stream.length + 1));
    for (let index = 0; index < held.length; index += BATCH)
      await this.#redis.commands.xclaim(
        stream,
        this.#base.name,
        this.#member,
        0,
        ...held.slice(index, index + BATCH),
        'JUSTID',
      );
  }

  async #claimOrphans(): Promise<void> {
    for (const stream of this.#streams()) {
      await this.#keepHeld(stream);
      const [, entries] = (await this.#redis.commands.xautoclaim(
        stream,
        this.#base.name,
        this.#member,
        ORPHANED_MS,
        '0',
        'COUNT',
        BATCH,
      )) as [string, StreamEntry[]];
      for (const entry of entries)
        if (!this.#retries.has(`${stream} ${entry[0]}`)) await this.#handle(stream, entry, FIRST);
      await this.#forgetMembers(stream);
    }
    const now = this.#base.clock.monotonicMs();
    if (this.#sweptAt !== 0 && now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    await this.#postgres.sql.query(`DELETE FROM inbox WHERE handled_at < now() - ${INBOX_KEPT}`);
  }

  /** Each start is a member of its own; those that ended without leaving would be listed for ever. */
  async #forgetMembers(stream: string): Promise<void> {
    const members = (await this.#redis.commands.xinfo('CONSUMERS', stream, this.#base.name)) as (string | number)[][];
    for (const member of members) {
      const of = (field: string): string | number => member[member.indexOf(field) + 1] ?? '';
      if (of('pending') === 0 && Number(of('idle')) > MEMBER_GONE_MS && of('name') !== this.#member)
        await this.#redis.commands.xgroup('DELCONSUMER', stream, this.#base.name, String(of('name')));
    }
  }
}
