import { Piscina } from 'piscina';

export interface ThreadPoolOptions {
  /** Module whose default export is the task; an absolute file URL, e.g. `new URL('./parse.worker.ts', import.meta.url)`. */
  readonly module: URL;
  readonly maxThreads: number;
  /** JavaScript heap of one thread in MiB; a task that needs more is ended with an error, not the process. */
  readonly heapMiB: number;
}

/** Worker threads for CPU-bound work, so that no request waits behind it. Threads end after idling. */
export interface ThreadPool<Input, Output> {
  /** @throws whatever the task throws; AbortError when `signal` fires, after the thread was ended. */
  readonly run: (
    input: Input,
    options?: { readonly signal?: AbortSignal; readonly transfer?: readonly ArrayBuffer[] },
  ) => Promise<Output>;
  readonly close: () => Promise<void>;
}

const IDLE_MS = 10_000;

export const openThreads = <Input, Output>(options: ThreadPoolOptions): ThreadPool<Input, Output> => {
  const pool = new Piscina<Input, Output>({
    filename: options.module.href,
    minThreads: 0,
    maxThreads: options.maxThreads,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: options.heapMiB },
  });
  return {
    run: async (input, { signal, transfer } = {}) =>
      await pool.run(input, { ...(signal ? { signal } : {}), ...(transfer ? { transferList: [...transfer] } : {}) }),
    close: async () => {
      await pool.destroy();
    },
  };
};
