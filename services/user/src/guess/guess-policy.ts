/** How often something may go wrong before the next try has to wait, and how long. */
export interface GuessRule {
  /** Wrong guesses that cost no waiting. */
  readonly free: number;
  /** Wait after the first that does; doubled with each one more. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** After so long without a wrong guess all is forgotten. */
  readonly forgetAfterMs: number;
}

export type GuessKind = 'pair' | 'network' | 'account';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * - pair: one network guessing at one account. Strict, because the owner comes from other networks or knows the password.
 * - network: one network guessing at many accounts. Wide, because a whole school may be behind one address.
 * - account: all networks guessing at one account. A brake only: its wait is short, and networks from which the owner
 *   has signed in before do not feel it, so that strangers cannot lock anybody out.
 */
export const guessRules: Readonly<Record<GuessKind, GuessRule>> = {
  pair: { free: 5, firstWaitMs: SECOND, longestWaitMs: 15 * MINUTE, forgetAfterMs: HOUR },
  network: { free: 100, firstWaitMs: SECOND, longestWaitMs: MINUTE, forgetAfterMs: HOUR },
  account: { free: 30, firstWaitMs: SECOND, longestWaitMs: 30 * SECOND, forgetAfterMs: HOUR },
};

/** What is remembered of wrong guesses. */
export interface GuessRecord {
  readonly wrong: number;
  readonly lastMs: number;
}

/** Milliseconds until the next guess is heard; 0 when it is now. */
export const waitOf = (rule: GuessRule, record: GuessRecord | undefined, nowMs: number): number => {
  if (!record || record.wrong < rule.free) return 0;
  const doublings = Math.min(record.wrong - rule.free, 30);
  const wait = Math.min(rule.firstWaitMs * 2 ** doublings, rule.longestWaitMs);
  const since = nowMs - record.lastMs;
  // a clock that was set back must not lock anybody out for longer than the rule says
  return since < 0 ? wait : Math.max(0, wait - since);
};
