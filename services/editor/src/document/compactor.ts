import type { Postgres } from '@authorworks/platform/postgres';
import type { YdocThreads } from '../ydoc-threads.ts';
import type { Announcer } from './announcer.ts';
import { readHeads } from './document-store.ts';
import { storeCompacted } from './history-store.ts';
import type { LiveDocument } from './live-document.ts';

/** Updates after which the tail is compacted. */
const TAIL_UPDATES = 500;
const TAIL_BYTES = 1024 * 1024;

export interface CompactorOptions {
  readonly postgres: Postgres;
  readonly threads: YdocThreads;
  readonly announcer: Announcer;
  readonly compacted: () => void;
}

/**
 * Folds the tail of a document into its snapshot, and keeps what it folds as history. Only announced updates are folded,
 * so that the tail always tells what nobody has heard of yet.
 */
export class Compactor {
  readonly #options: CompactorOptions;
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  isDue(live: LiveDocument): boolean {
    return live.tailLength >= TAIL_UPDATES || live.tailBytes >= TAIL_BYTES;
  }

  /** Compacts everything that is committed now; once at a time for a document. */
  async compact(live: LiveDocument): Promise<void> {
    const { documentId } = live.head;
    const running =
      this.#running.get(documentId) ?? this.#compact(live).finally(() => this.#running.delete(documentId));
    this.#running.set(documentId, running);
    await running;
  }

  async #compact(live: LiveDocument): Promise<void> {
    const { postgres, threads, announcer } = this.#options;
    if (live.tailLength === 0) return;
    await announcer.announce(live);
    const [head] = await readHeads(postgres.sql, [live.head.sceneId]);
    const version = Math.min(head?.announcedVersion ?? 0, live.version);
    const { snapshot, tail } = live.stored;
    if (head?.generation !== live.head.generation || version <= snapshot.version) return;
    const updates = tail.filter((update) => update.version <= version).map(({ data }) => data);
    const compacted = { version, ...(await threads.compact({ state: snapshot.state, updates })) };
    const isNew = await postgres.transaction(async (sql) => await storeCompacted(sql, live.head.documentId, compacted));
    // another replica may have gone further; ours says the same up to its version
    live.compacted(compacted);
    if (isNew) this.#options.compacted();
  }
}
