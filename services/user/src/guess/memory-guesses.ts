import { type GuessKind, type GuessRecord, guessRules, waitOf } from './guess-policy.ts';

/** One thing whose guesses are counted. */
export interface GuessSubject {
  readonly kind: GuessKind;
  readonly key: string;
}

/** Counts guesses at several subjects at once. */
export interface GuessCounter {
  /** Counts a guess for every subject, unless one has to wait. @returns the longest wait in milliseconds, or 0. */
  readonly count: (subjects: readonly GuessSubject[], nowMs: number) => Promise<number>;
  /** The guess was right: takes back what was counted, and all of the pair's. */
  readonly forgive: (subjects: readonly GuessSubject[]) => Promise<void>;
}

/** A guesser with millions of addresses must not fill the memory; the oldest are forgotten first. */
const MAX_SUBJECTS = 50_000;

/** Counts in this process alone, while Redis is away. */
export const memoryGuesses = (): GuessCounter => {
  const records = new Map<string, GuessRecord>();
  const idOf = ({ kind, key }: GuessSubject): string => `${kind} ${key}`;
  const recall = (subject: GuessSubject, nowMs: number): GuessRecord | undefined => {
    const record = records.get(idOf(subject));
    if (!record || nowMs - record.lastMs <= guessRules[subject.kind].forgetAfterMs) return record;
    records.delete(idOf(subject));
    return undefined;
  };
  return {
    count: (subjects, nowMs) => {
      const wait = Math.max(
        0,
        ...subjects.map((subject) => waitOf(guessRules[subject.kind], recall(subject, nowMs), nowMs)),
      );
      if (wait > 0) return Promise.resolve(wait);
      for (const subject of subjects) {
        const wrong = (recall(subject, nowMs)?.wrong ?? 0) + 1;
        records.delete(idOf(subject));
        records.set(idOf(subject), { wrong, lastMs: nowMs });
      }
      for (const id of records.keys()) {
        if (records.size <= MAX_SUBJECTS) break;
        records.delete(id);
      }
      return Promise.resolve(0);
    },
    forgive: (subjects) => {
      for (const subject of subjects) {
        const record = records.get(idOf(subject));
        if (!record) continue;
        if (subject.kind === 'pair' || record.wrong <= 1) records.delete(idOf(subject));
        else records.set(idOf(subject), { ...record, wrong: record.wrong - 1 });
      }
      return Promise.resolve();
    },
  };
};
