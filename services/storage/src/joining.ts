/** Work that is under way for a key is done once: whoever wants the same waits for it. */
export type Joining<T> = (key: string, work: () => Promise<T>) => Promise<T>;

export const openJoining = <T>(): Joining<T> => {
  const running = new Map<string, Promise<T>>();
  return async (key, work) => {
    const current = running.get(key);
    if (current) return await current;
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return await started;
  };
};
