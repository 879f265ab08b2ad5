import { UnreadableFile } from '../imported-book.ts';

/** Minutes before the job's own deadline, at which the thread is ended without a word for the author. */
const LIMIT_MS = 120_000;

/** Called again and again while a file is read. @throws UnreadableFile when that takes longer than any book needs. */
export type Deadline = () => void;

/** @param now A clock that only goes forward, in ms. */
export const startDeadline = (limitMs: number = LIMIT_MS, now: () => number = () => performance.now()): Deadline => {
  const end = now() + limitMs;
  return () => {
    if (now() > end)
      throw new UnreadableFile(
        `Reading it takes longer than ${Math.round(limitMs / 60_000)} minutes, which no book does.`,
      );
  };
};
