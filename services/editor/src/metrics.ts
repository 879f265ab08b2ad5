import { counter, gauge, histogram, type Metrics } from '@authorworks/platform';
import { Histogram } from 'prom-client';
import type { Documents } from './document/documents.ts';
import type { CommitQueue } from './document/commit-queue.ts';
import type { Shelf } from './document/shelf.ts';

const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

/** What an operator wants to know of the editor. */
export interface EditorMetrics {
  /** A batch was committed: how many updates, and how many seconds PostgreSQL took. */
  readonly committed: (updates: number, seconds: number) => void;
  /** Something of a client was refused, by the code of the refusal. */
  readonly refused: (reason: string) => void;
  readonly compacted: () => void;
  readonly watch: (parts: {
    readonly shelf: Shelf;
    readonly documents: Documents;
    readonly queue: CommitQueue;
  }) => void;
}

export const openMetrics = (metrics: Metrics): EditorMetrics => {
  const updates = counter(metrics, 'editor_updates_total', 'Updates committed to PostgreSQL');
  const batch = new Histogram({
    name: 'editor_commit_updates',
    help: 'Updates in one commit',
    buckets: BATCH_BUCKETS,
    registers: [metrics.registry],
  });
  const seconds = histogram(metrics, 'editor_commit_seconds', 'Time that PostgreSQL takes for one commit');
  const refused = counter(metrics, 'editor_refused_total', 'Messages of clients that were refused', ['reason']);
  const compactions = counter(metrics, 'editor_compactions_total', 'Tails that were folded into their snapshot');
  return {
    committed: (count, took) => {
      updates.inc(count);
      batch.observe(count);
      seconds.observe(took);
    },
    refused: (reason) => refused.inc({ reason }),
    compacted: () => compactions.inc(),
    watch: ({ shelf, documents, queue }) => {
      gauge(metrics, 'editor_open_documents', 'Live documents in memory', { read: () => shelf.scenes.size });
      gauge(metrics, 'editor_open_scenes', 'Scenes that clients have open', { read: () => documents.memberCount });
      gauge(metrics, 'editor_waiting_updates', 'Updates that wait to be committed', { read: () => queue.size });
    },
  };
};
