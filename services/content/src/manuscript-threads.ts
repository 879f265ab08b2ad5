import type { Base, ConfigOf } from '@authorworks/platform';
import { openThreads, type ThreadPool } from '@authorworks/platform/threads';
import type { CompiledBook } from './compile/compilable-book.ts';
import type { CompileTask } from './compile/compile-book.worker.ts';
import type { config } from './config.ts';
import type { ReadBookResult, ReadBookTask } from './import/read-book.worker.ts';
import type { TextResults, TextTask } from './scene/text.worker.ts';

/** Work on whole books and long texts, in threads with a bounded heap: no request waits behind it. */
export interface ManuscriptThreads {
  readonly readBook: ThreadPool<ReadBookTask, ReadBookResult>;
  readonly compileBook: ThreadPool<CompileTask, CompiledBook>;
  readonly text: ThreadPool<TextTask, TextResults[keyof TextResults]>;
}

/** A text is at most some megabytes. */
const TEXT_HEAP_MIB = 256;

/** Threads begin when there is work, and end when there is none. */
export const openManuscriptThreads = (base: Base<ConfigOf<typeof config>>): ManuscriptThreads => {
  const { importThreads, compileThreads, threadHeapMib } = base.config;
  const threads: ManuscriptThreads = {
    readBook: openThreads({
      module: new URL('./import/read-book.worker.ts', import.meta.url),
      maxThreads: importThreads,
      heapMiB: threadHeapMib,
    }),
    compileBook: openThreads({
      module: new URL('./compile/compile-book.worker.ts', import.meta.url),
      maxThreads: compileThreads,
      heapMiB: threadHeapMib,
    }),
    text: openThreads({
      module: new URL('./scene/text.worker.ts', import.meta.url),
      maxThreads: 1,
      heapMiB: TEXT_HEAP_MIB,
    }),
  };
  base.onClose('threads', async () => {
    await Promise.all(Object.values(threads).map(async (pool: ThreadPool<never, unknown>) => await pool.close()));
  });
  return threads;
};
