import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';

/** Lets a few at a time through; the others wait in line, and a line that is too long is not joined. */
export interface Gate {
  /** @throws AppError SERVICE_UNAVAILABLE when too many wait; the signal's reason when the caller has gone meanwhile. */
  readonly pass: <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
  readonly waiting: () => number;
}

export const openGate = (width: number, lineLength: number): Gate => {
  const line: (() => void)[] = [];
  let inside = 0;
  const enter = async (): Promise<void> => {
    if (inside < width) {
      inside += 1;
      return;
    }
    if (line.length >= lineLength)
      throw fail(platformErrors.neighbourFailed, {
        message: 'Too many people are signing in right now. Please try again in a moment.',
        retryAfterSeconds: 2,
      });
    await new Promise<void>((resolve) => void line.push(resolve));
  };
  // the place is handed on, so that nobody who comes now gets in before those who wait
  const leave = (): void => {
    const next = line.shift();
    if (next) next();
    else inside -= 1;
  };
  return {
    waiting: () => line.length,
    pass: async (work, signal) => {
      await enter();
      try {
        signal?.throwIfAborted();
        return await work();
      } finally {
        leave();
      }
    },
  };
};
