import type { ThreadPool } from '@authorworks/platform/threads';
import { doTextTask, type TextResults, type TextTask, type TextTasks } from './text.worker.ts';

/** What is done with the texts of scenes. A page takes a millisecond; a scene as long as a book would hold up everybody. */
export type TextWork = {
  readonly [K in keyof TextTasks]: (task: TextTasks[K]) => Promise<TextResults[K]>;
};

/** Longer texts, in characters of text or JSON, are worked on in a thread. */
const SHORT = 40_000;

/** Whether a document is long, without looking at all of it when it is. */
const isLong = (doc: unknown): boolean => {
  let left = SHORT;
  const walk = (value: unknown): boolean => {
    left -= 8;
    if (typeof value === 'string') left -= value.length;
    else if (Array.isArray(value)) return value.some(walk);
    else if (typeof value === 'object' && value !== null) return Object.values(value).some(walk);
    return left < 0;
  };
  return walk(doc);
};

const isForThread = (task: TextTask): boolean => {
  if (task.do === 'render') return task.kept.length > SHORT;
  if (task.do === 'seal') return isLong(task.doc);
  return task.current.length > SHORT || isLong(task.written);
};

export const openTextWork = (threads: ThreadPool<TextTask, TextResults[keyof TextResults]>): TextWork => {
  const run = async <K extends keyof TextTasks>(task: TextTask & { readonly do: K }): Promise<TextResults[K]> =>
    // each kind of task has its own kind of result; see TextResults
    (isForThread(task) ? await threads.run(task) : doTextTask(task)) as TextResults[K];
  return {
    compose: async (task) => await run({ do: 'compose', ...task }),
    render: async (task) => await run({ do: 'render', ...task }),
    seal: async (task) => await run({ do: 'seal', ...task }),
  };
};
