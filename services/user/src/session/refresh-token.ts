import { secretBox } from '../secret-box.ts';
import { hashOfSecret, newSecret } from '../secret-token.ts';
import type { SessionRow } from './session-store.ts';

/**
 * A refresh token is `<family>.<secret>`: 128 random bits that all tokens of a session share, and 256 that only this one
 * has. Whoever shows the family with another secret than the current had a token of this session once: that is how the
 * use of any old token, not only of the last one, is recognised without keeping them all.
 */
export interface RefreshToken {
  readonly family: string;
  readonly secret: string;
}

const FAMILY_BYTES = 16;

export const newRefreshToken = (family = newSecret(FAMILY_BYTES)): RefreshToken => ({ family, secret: newSecret() });

export const textOf = ({ family, secret }: RefreshToken): string => `${family}.${secret}`;

export const parseRefreshToken = (text: string): RefreshToken | undefined => {
  const [, family, secret] = /^([\w-]{22})\.([\w-]{43})$/.exec(text) ?? [];
  return family !== undefined && secret !== undefined ? { family, secret } : undefined;
};

export const familyHashOf = ({ family }: RefreshToken): string => hashOfSecret(family);
export const secretHashOf = ({ secret }: RefreshToken): string => hashOfSecret(secret);

/** The successor, encrypted with the token that it follows: only who has that one can be given this one again. */
export const sealSuccessor = async (token: RefreshToken, successor: RefreshToken): Promise<string> =>
  await secretBox(token.secret, 'refresh successor').seal(successor.secret);

export const openSuccessor = async (token: RefreshToken, sealed: string | null): Promise<RefreshToken | undefined> => {
  const secret = sealed === null ? undefined : await secretBox(token.secret, 'refresh successor').open(sealed);
  return secret === undefined ? undefined : { family: token.family, secret };
};

/** How long an answer that was lost can be had again. */
export const GRACE_MS = 10_000;

/** What a refresh token that came in is to its session. */
export type TokenStanding = 'current' | 'repeated' | 'reused';

/**
 * - current: the token that is good now.
 * - repeated: the one before, from a client of which we know that it did not get our answer: the connection broke before
 *   the answer had left, or the request carries the same Idempotency-Key as the one that was answered. It gets the same
 *   successor again, within ten seconds, so that there is never more than one line of tokens.
 * - reused: everything else. Of two that hold one token one is a thief, so the session ends (RFC 9700, 4.14.2).
 */
export const standingOf = (
  session: Pick<SessionRow, 'secretHash' | 'previousHash' | 'rotatedAt' | 'rotationKey' | 'answerLost'>,
  secretHash: string,
  { now, rotationKey }: { readonly now: Date; readonly rotationKey: string | null },
): TokenStanding => {
  if (secretHash === session.secretHash) return 'current';
  const age = session.rotatedAt ? now.getTime() - session.rotatedAt.getTime() : Number.POSITIVE_INFINITY;
  const inGrace = secretHash === session.previousHash && Math.abs(age) <= GRACE_MS;
  const sameRequest = rotationKey !== null && rotationKey === session.rotationKey;
  return inGrace && (session.answerLost || sameRequest) ? 'repeated' : 'reused';
};
