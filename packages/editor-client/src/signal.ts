/** A value that can be watched; fits React's useSyncExternalStore. */
export interface Signal<T> {
  readonly get: () => T;
  /** @returns how to stop watching. */
  readonly subscribe: (changed: (value: T) => void) => () => void;
}

/** A signal and how to set it. Listeners hear of a value only when it is another one. */
export class Source<T> implements Signal<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (changed: (value: T) => void): (() => void) => {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const changed of this.#listeners) changed(value);
  }
}

/** Resolves with the first value that passes, at once if it does already. */
export const until = async <T>(signal: Signal<T>, passes: (value: T) => boolean): Promise<T> =>
  await new Promise((resolve) => {
    if (passes(signal.get())) {
      resolve(signal.get());
      return;
    }
    const stop = signal.subscribe((value) => {
      if (!passes(value)) return;
      stop();
      resolve(value);
    });
  });
