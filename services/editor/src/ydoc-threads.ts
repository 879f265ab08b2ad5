import { openThreads } from '@authorworks/platform/threads';
import type { Base } from '@authorworks/platform';
import {
  compact,
  type CompactedBytes,
  type ManuscriptJson,
  merge,
  read,
  seed,
  type StoredBytes,
  type YdocResult,
  type YdocTask,
} from './ydoc/ydoc-tasks.ts';

/** Documents up to this many bytes are worked on at once: it takes less time than to tell a thread. */
const AT_ONCE_BYTES = 48 * 1024;
/** Blocks of a manuscript that are built at once. */
const AT_ONCE_BLOCKS = 150;

/** Work on whole documents. Large ones are done in worker threads, so that nobody's keystroke waits behind them. */
export interface YdocThreads {
  readonly compact: (stored: StoredBytes) => Promise<CompactedBytes>;
  readonly read: (stored: readonly StoredBytes[]) => Promise<ManuscriptJson[]>;
  readonly seed: (manuscript: unknown) => Promise<CompactedBytes>;
  readonly merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>;
}

const sizeOf = ({ state, updates }: StoredBytes): number =>
  updates.reduce((bytes, update) => bytes + update.length, state.length);

const blocksOf = (manuscript: unknown): number => {
  const content = (manuscript as { content?: unknown } | null)?.content;
  return Array.isArray(content) ? content.length : 0;
};

export const openYdocThreads = (
  base: Pick<Base, 'onClose'>,
  config: { readonly documentThreads: number; readonly threadHeapMib: number },
): YdocThreads => {
  const pool = openThreads<YdocTask, YdocResult>({
    module: new URL('./ydoc/ydoc.worker.ts', import.meta.url),
    maxThreads: config.documentThreads,
    heapMiB: config.threadHeapMib,
  });
  base.onClose('document threads', async () => await pool.close());
  const run = async <T extends YdocResult>(task: YdocTask): Promise<T> => (await pool.run(task)) as T;
  return {
    compact: async (stored) =>
      sizeOf(stored) <= AT_ONCE_BYTES ? compact(stored) : await run<CompactedBytes>({ task: 'compact', ...stored }),
    read: async (stored) => {
      const isSmall = stored.reduce((bytes, one) => bytes + sizeOf(one), 0) <= AT_ONCE_BYTES;
      return isSmall ? read(stored) : await run<ManuscriptJson[]>({ task: 'read', stored });
    },
    seed: async (manuscript) =>
      blocksOf(manuscript) <= AT_ONCE_BLOCKS
        ? seed(manuscript)
        : await run<CompactedBytes>({ task: 'seed', manuscript }),
    merge: async (updates) =>
      updates.length < 50 ? merge(updates) : await run<Uint8Array>({ task: 'merge', updates }),
  };
};
