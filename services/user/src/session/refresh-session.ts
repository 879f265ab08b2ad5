import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { type AccountRow, findAccount } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { hashOfSecret } from '../secret-token.ts';
import { endSessions } from './end-sessions.ts';
import { sessionEnd, tokensFor, type Transport } from './open-session.ts';
import { endRefreshCookie, readRefreshCookie, refuseOtherSites } from './refresh-cookie.ts';
import {
  familyHashOf,
  newRefreshToken,
  openSuccessor,
  parseRefreshToken,
  type RefreshToken,
  sealSuccessor,
  secretHashOf,
  standingOf,
} from './refresh-token.ts';
import { findSessionByFamily, markAnswerLost, rotateSession, type SessionRow } from './session-store.ts';

type RefreshCall = UserCall<'refreshSession'>;

const tokenIn = (context: UserContext, call: RefreshCall): { text: string | undefined; transport: Transport } => {
  const { refreshToken } = call.body ?? {};
  if (refreshToken !== undefined) return { text: refreshToken, transport: 'body' };
  const text = readRefreshCookie(context.config, call.headers);
  if (text !== undefined) refuseOtherSites(call.headers);
  return { text, transport: 'cookie' };
};

/** The session of a token, while it lives, with its account. @throws AppError as the contract says. */
const liveSession = async (
  { db, clock }: UserContext,
  token: RefreshToken | undefined,
): Promise<{ token: RefreshToken; session: SessionRow; account: AccountRow }> => {
  const session = token ? await findSessionByFamily(db, familyHashOf(token)) : null;
  const account = session ? await findAccount(db, session.accountId) : null;
  if (!token || !session || !account) throw fail(userErrors.refreshInvalid);
  if (account.suspendedAt) throw fail(userErrors.accountSuspended);
  if (session.endedAt)
    throw fail(session.endedReason === 'refresh-reused' ? userErrors.refreshReused : userErrors.refreshInvalid);
  if (session.expiresAt <= clock.now()) throw fail(userErrors.refreshInvalid);
  return { token, session, account };
};

const endFamily = async (context: UserContext, session: SessionRow): Promise<never> => {
  const ended = await context.transaction(
    async (db, sql) =>
      await endSessions(context, { db, sql }, { accountId: session.accountId, only: [session.id] }, 'refresh-reused'),
  );
  await context.revocations.announce(ended);
  context.counts.reuses.inc();
  context.log.warn(
    { sessionId: session.id, accountId: session.accountId },
    'a refresh token came twice; session ended',
  );
  throw fail(userErrors.refreshReused);
};

/** A connection that breaks before the answer has left: the client will come again with the token that it still has. */
const noticeLoss = ({ db, log }: UserContext, { signal }: RefreshCall, id: string, secretHash: string): void => {
  const lost = (): void => {
    // the deadline fires as well, long after the answer
    if ((signal.reason as Error | undefined)?.name === 'TimeoutError') return;
    markAnswerLost(db, id, secretHash).catch((error: unknown) => log.debug({ err: error }, 'a loss was not noted'));
  };
  if (signal.aborted) lost();
  else signal.addEventListener('abort', lost, { once: true });
};

/**
 * Trades the token for the next. Of several requests that came while the token was current, the first trades it and the
 * others get the same successor: two tabs that wake at once are not thieves.
 */
const trade = async (
  context: UserContext,
  call: RefreshCall,
  { token, session }: { readonly token: RefreshToken; readonly session: SessionRow },
): Promise<RefreshToken> => {
  const successor = newRefreshToken(token.family);
  const rotation = {
    id: session.id,
    fromHash: secretHashOf(token),
    toHash: secretHashOf(successor),
    sealedSuccessor: await sealSuccessor(token, successor),
    rotationKey: rotationKeyOf(call),
    expiresAt: sessionEnd(context),
  };
  call.signal.throwIfAborted();
  if (await rotateSession(context.db, rotation, context.clock.now())) {
    noticeLoss(context, call, session.id, rotation.toHash);
    return successor;
  }
  const now = await findSessionByFamily(context.db, familyHashOf(token));
  const twin =
    now && !now.endedAt && now.previousHash === rotation.fromHash
      ? await openSuccessor(token, now.sealedSuccessor)
      : undefined;
  return twin ?? (await endFamily(context, session));
};

const rotationKeyOf = ({ headers }: RefreshCall): string | null => {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key.length >= 16 ? hashOfSecret(key) : null;
};

export const refreshSession = async (context: UserContext, call: RefreshCall) => {
  const { text, transport } = tokenIn(context, call);
  const { setHeader } = call;
  try {
    const { token, session, account } = await liveSession(context, parseRefreshToken(text ?? ''));
    const facts = { now: context.clock.now(), rotationKey: rotationKeyOf(call) };
    const standing = standingOf(session, secretHashOf(token), facts);
    const next =
      standing === 'current'
        ? await trade(context, call, { token, session })
        : standing === 'repeated'
          ? await openSuccessor(token, session.sealedSuccessor)
          : undefined;
    if (!next) return await endFamily(context, session);
    return await tokensFor(context, { account, id: session.id, token: next }, { transport, setHeader });
  } catch (error) {
    // a cookie that is of no use would only be sent again
    if (transport === 'cookie' && text !== undefined && isOver(error))
      setHeader('set-cookie', [endRefreshCookie(context.config)]);
    throw error;
  }
};

const isOver = (error: unknown): boolean => {
  const { definition } = error as { definition?: unknown };
  return definition === userErrors.refreshInvalid || definition === userErrors.refreshReused;
};
