import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '@authorworks/contracts';
import { counter } from '../metrics.ts';
import type { Postgres, Sql } from '../postgres/index.ts';
import type { Redis, RedisConnections } from '../redis.ts';
import type { Base } from '../service.ts';
import { Loop } from '../loop.ts';
import { streamOf } from './listener.ts';

const BATCH = 200;
/** A safety net for missed notifications. */
const LOOK_MS = 2_000;
/** Entries in a stream; older ones are dropped by Redis, and consumers have long had them. */
const STREAM_LENGTH = 100_000;
/** What a Redis that lost all is given again; consumers remember longer than this what they had (INBOX_KEPT). */
const REPUBLISHED_AFTER_LOSS = `interval '24 hours'`;
/** Redis with `appendfsync everysec` may lose its last second when it is killed. */
const REPUBLISHED_AFTER_RECONNECT = `interval '60 seconds'`;
const OUTBOX_KEPT = `interval '25 hours'`;
const SWEEP_EVERY_MS = 10 * 60_000;

/** Moves committed events from the outbox to the service's Redis stream, in order. */
export class Relay {
  readonly #base: Base;
  readonly #postgres: Postgres;
  readonly #redis: Redis;
  readonly #stream: string;
  readonly #markerKey: string;
  readonly #loop: Loop;
  readonly #published;
  #reconnected = true;
  #sweptAt = 0;

  constructor(base: Base, postgres: Postgres, redis: RedisConnections) {
    this.#base = base;
    this.#postgres = postgres;
    this.#redis = redis.commands;
    this.#stream = streamOf(base.name);
    this.#markerKey = `${base.name}:events-marker`;
    this.#published = counter(base.metrics, 'bus_events_published_total', 'Events moved from the outbox to Redis');
    this.#loop = new Loop('relay', LOOK_MS, base.log, async () => await this.#work());
  }

  start(): void {
    this.#postgres.notifications.on(`${this.#postgres.schema}_outbox`, () => this.#loop.wake());
    this.#redis.on('ready', () => {
      this.#reconnected = true;
      this.#loop.wake();
    });
    this.#loop.start();
  }

  async close(): Promise<void> {
    await this.#loop.close();
  }

  async #work(): Promise<void> {
    await this.#republishWhatRedisLost();
    while ((await this.#postgres.transaction(async (sql) => await this.#publishBatch(sql))) === BATCH);
    await this.#sweep();
  }

  async #republishWhatRedisLost(): Promise<void> {
    const lost = (await this.#redis.exists(this.#markerKey)) === 0;
    if (!lost && !this.#reconnected) return;
    const window = lost ? REPUBLISHED_AFTER_LOSS : REPUBLISHED_AFTER_RECONNECT;
    const rows = await this.#postgres.sql.query<{ seq: string }>(
      `UPDATE outbox SET published_at = NULL WHERE published_at > now() - ${window} RETURNING seq`,
    );
    // the marker last: a relay that dies before has to be repeated
    if (lost) await this.#redis.set(this.#markerKey, randomUUID());
    this.#reconnected = false;
    if (rows.length > 0)
      this.#base.log.info(
        { events: rows.length },
        lost
          ? 'Redis lost its data; events are published again'
          : 'Redis came back; the last events are published again',
      );
  }

  async #publishBatch(sql: Sql): Promise<number> {
    // one relay at a time keeps the order; the others come back when they are woken
    const [lock] = await sql.query<{ locked: boolean }>('SELECT pg_try_advisory_xact_lock(hashtext($1)) AS locked', [
      `relay ${this.#base.name}`,
    ]);
    if (!lock?.locked) return 0;
    const rows = await sql.query<{ seq: string; envelope: EventEnvelope }>(
      'SELECT seq, envelope FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1',
      [BATCH],
    );
    if (rows.length === 0) return 0;
    const pipeline = this.#redis.pipeline();
    for (const { envelope } of rows)
      pipeline.xadd(this.#stream, 'MAXLEN', '~', STREAM_LENGTH, '*', 'envelope', JSON.stringify(envelope));
    const results = (await pipeline.exec()) ?? [];
    const failed = results.find(([error]) => error);
    if (failed?.[0]) throw failed[0];
    await sql.query('UPDATE outbox SET published_at = now() WHERE seq = ANY($1::bigint[])', [
      rows.map(({ seq }) => seq),
    ]);
    this.#published.inc(rows.length);
    return rows.length;
  }

  async #sweep(): Promise<void> {
    const now = this.#base.clock.monotonicMs();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    await this.#postgres.sql.query(`DELETE FROM outbox WHERE published_at < now() - ${OUTBOX_KEPT}`);
  }
}
