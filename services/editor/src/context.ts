import type { Base, ConfigOf, Context } from '@authorworks/platform';
import { type Bus, openBus } from '@authorworks/platform/bus';
import { openPostgres, type Postgres, type Sql } from '@authorworks/platform/postgres';
import { openRedis } from '@authorworks/platform/redis';
import { openRevocations, type Revocations } from '@authorworks/platform/sockets';
import type { config } from './config.ts';
import { openContentNeighbour } from './content-neighbour.ts';
import { Announcer } from './document/announcer.ts';
import { type Committed, CommitQueue } from './document/commit-queue.ts';
import { Compactor } from './document/compactor.ts';
import { appendUpdates } from './document/document-store.ts';
import { Documents } from './document/documents.ts';
import { Permissions } from './document/permissions.ts';
import { Shelf } from './document/shelf.ts';
import { type EditorMetrics, openMetrics } from './metrics.ts';
import { closeInOrder } from './shutdown.ts';
import { openRedisRelay, type RedisRelay } from './relay/redis-relay.ts';
import { Stage } from './stage.ts';
import { openYdocThreads, type YdocThreads } from './ydoc-threads.ts';

/** Everything that operations, sockets and listeners of this service use; built once when it starts. */
export interface EditorContext extends Context {
  readonly config: Base<ConfigOf<typeof config>>['config'];
  readonly postgres: Postgres;
  readonly bus: Bus;
  readonly revocations: Revocations;
  readonly relay: RedisRelay;
  readonly threads: YdocThreads;
  readonly stage: Stage;
  readonly queue: CommitQueue;
  readonly announcer: Announcer;
  readonly compactor: Compactor;
  readonly shelf: Shelf;
  readonly documents: Documents;
  readonly editorMetrics: EditorMetrics;
  /** Passes on what is committed now: to those who have it open here, and to the other replicas. */
  readonly committed: (span: Committed) => void;
}

/** Statements that PostgreSQL plans once for each connection. */
const preparedSql = ({ pool }: Postgres): Sql => {
  const names = new Map<string, string>();
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const name = names.get(text) ?? `editor ${names.size + 1}`;
      names.set(text, name);
      return (await pool.query<Row>({ name, text, values: [...values] })).rows;
    },
  };
};

export const openContext = async (base: Base<ConfigOf<typeof config>>): Promise<EditorContext> => {
  const { log, clock } = base;
  const now = clock.monotonicMs;
  const postgres = await openPostgres(base, new URL('../prisma/migrations/', import.meta.url));
  const redis = openRedis(base);
  const bus = openBus(base, postgres, redis);
  const relay = openRedisRelay(base, redis);
  const threads = openYdocThreads(base, base.config);
  const editorMetrics = openMetrics(base.metrics);
  const content = openContentNeighbour(base);
  const stage = new Stage();
  const announcer = new Announcer(postgres, bus);
  const { compacted, refused } = editorMetrics;
  const compactor = new Compactor({ postgres, threads, announcer, compacted });
  const committed = (span: Committed): void => {
    relay.tellCommitted(span.sceneId, span);
    shelf.scenes.get(span.sceneId)?.learn(span.firstVersion, span.updates, true);
  };
  const prepared = preparedSql(postgres);
  const queue = new CommitQueue({
    append: async (appends) => await appendUpdates(prepared, appends),
    committed,
    measured: editorMetrics.committed,
    log,
  });
  const shelf: Shelf = new Shelf({
    postgres,
    queue,
    audience: stage,
    relay,
    readSeed: content.readSeed,
    threads,
    announcer,
    compactor,
    lingerMs: base.config.lingerSeconds * 1000,
    now,
    log,
    lost: (scene) => documents.lost(scene),
  });
  const permissions = new Permissions({ ...content, now, log });
  const documents: Documents = new Documents({ shelf, permissions, audience: stage, relay, log, refused });
  editorMetrics.watch({ shelf, documents, queue });
  const revocations = openRevocations(base, postgres, bus);
  closeInOrder(base, { queue, shelf });
  return {
    ...base,
    postgres,
    bus,
    revocations,
    relay,
    threads,
    stage,
    queue,
    announcer,
    compactor,
    shelf,
    documents,
    editorMetrics,
    committed,
  };
};
