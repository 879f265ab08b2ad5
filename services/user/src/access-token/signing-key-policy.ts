/** When a key was, is or will be the one that signs. */
export interface KeyTimes {
  readonly id: string;
  readonly signsFrom: Date;
  /** false when it was encrypted with another SERVICE_KEY: it can only verify. */
  readonly canSign: boolean;
}

export interface KeyPlan {
  /** Another key has to be made, to sign from then on. */
  readonly makeFrom: Date | undefined;
  /** No token of these can be valid any more. */
  readonly drop: readonly string[];
}

/**
 * A key is published for this long before it signs, so that everybody who keeps the key set has it by then: jose's
 * remote sets are kept for 10 minutes, the answer itself for 5.
 */
export const PUBLISHED_AHEAD_MS = 20 * 60_000;
/** Beyond the life of its last token, for clocks that differ and replicas that were slow to learn of the next key. */
const SLACK_MS = 60 * 60_000;

/** The key that signs now: the last whose time has come; the first of all when the clock was set back before it. */
export const signerOf = <K extends KeyTimes>(keys: readonly K[], now: Date): K | undefined => {
  const usable = keys
    .filter(({ canSign }) => canSign)
    .toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime());
  return usable.findLast(({ signsFrom }) => signsFrom <= now) ?? usable[0];
};

/** What has to be done to the keys at this time. */
export const planKeys = (
  keys: readonly KeyTimes[],
  now: Date,
  lives: { readonly keyMs: number; readonly tokenMs: number },
): KeyPlan => {
  const signer = signerOf(keys, now);
  if (!signer) return { makeFrom: now, drop: [] };
  const nowMs = now.getTime();
  const newest = Math.max(...keys.filter(({ canSign }) => canSign).map(({ signsFrom }) => signsFrom.getTime()));
  const due = newest + lives.keyMs - PUBLISHED_AHEAD_MS <= nowMs;
  // a key that cannot sign ended when the first that can was made after it
  const endOf = (key: KeyTimes): number =>
    Math.min(
      Number.POSITIVE_INFINITY,
      ...keys
        .filter((other) => other.canSign && other.signsFrom > key.signsFrom)
        .map(({ signsFrom }) => signsFrom.getTime()),
    );
  const drop = keys.filter((key) => key.id !== signer.id && endOf(key) + lives.tokenMs + SLACK_MS <= nowMs);
  return {
    makeFrom: due ? new Date(nowMs + PUBLISHED_AHEAD_MS) : undefined,
    drop: drop.map(({ id }) => id),
  };
};
