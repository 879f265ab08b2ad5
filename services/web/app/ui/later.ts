/**
 * A part of the app that is not needed to begin with. It is fetched when it is called, and before that when the page has
 * nothing else to do, so that it is there when the house cannot be reached.
 */
export interface Later<T> {
  /** The part, once it is here. */
  readonly now: T | undefined;
  /** Fetches it, once; after a failure the next call tries again. */
  readonly fetch: () => Promise<T>;
}

export const later = <T>(load: () => Promise<T>): Later<T> => {
  let value: T | undefined;
  let coming: Promise<T> | undefined;
  const fetch = async (): Promise<T> => {
    coming ??= load();
    try {
      value = await coming;
      return value;
    } catch (error) {
      coming = undefined;
      throw error;
    }
  };
  return {
    get now() {
      return value;
    },
    fetch,
  };
};

/** Fetches parts one after the other while the page is idle. @returns a function that stops it */
export const fetchWhenIdle = (parts: readonly Later<unknown>[]): (() => void) => {
  const stop = new AbortController();
  const idle = async (): Promise<void> =>
    await new Promise((resolve) => {
      if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 10_000 });
      else setTimeout(resolve, 200); // Safari
    });
  const run = async (): Promise<void> => {
    for (const part of parts) {
      if (part.now !== undefined) continue;
      await idle();
      if (stop.signal.aborted) return;
      await part.fetch().catch(() => undefined); // it is tried again when it is called
    }
  };
  void run();
  return () => stop.abort();
};
