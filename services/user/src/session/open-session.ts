import { AccountRole, type SessionId, type SessionTokens } from '@authorworks/contracts';
import type { UserContext } from '../context.ts';
import type { AccountRow } from '../account/account-store.ts';
import { prefixOf } from './address-ranges.ts';
import { deviceLabelOf } from './device-label.ts';
import { endSessions } from './end-sessions.ts';
import { refreshCookie } from './refresh-cookie.ts';
import { familyHashOf, newRefreshToken, type RefreshToken, secretHashOf, textOf } from './refresh-token.ts';
import { insertSession, listSurplusSessions, type SessionMethod } from './session-store.ts';

/** Of a request: from where a session is opened. */
export interface Visitor {
  readonly headers: { readonly 'user-agent'?: string | undefined };
  readonly ipAddress: string;
  readonly setHeader: (name: string, value: string | readonly string[]) => void;
}

export type Transport = 'body' | 'cookie';

const DAY_MS = 24 * 60 * 60_000;
const MAX_SESSIONS = 100;
const MAX_ADDRESS_LENGTH = 100;

export const sessionEnd = ({ clock, config }: UserContext): Date =>
  new Date(clock.now().getTime() + config.refreshTokenDays * DAY_MS);

/** An access token for a session, as the others in the house read it. */
export const accessTokenFor = async (
  { config, keys }: UserContext,
  account: AccountRow,
  sessionId: string,
): Promise<{ accessToken: string; expiresInSeconds: number }> => {
  const expiresInSeconds = config.accessTokenMinutes * 60;
  const claims = {
    sub: account.id,
    sid: sessionId,
    name: account.name,
    roles: AccountRole.array().parse(account.roles),
  };
  return { accessToken: await keys.sign(claims, expiresInSeconds), expiresInSeconds };
};

/** Tokens on their way to the client: the refresh token in the body, or as a cookie that no script can read. */
export const tokensFor = async (
  context: UserContext,
  session: { readonly account: AccountRow; readonly id: string; readonly token: RefreshToken },
  { transport, setHeader }: { readonly transport: Transport; readonly setHeader: Visitor['setHeader'] },
): Promise<SessionTokens> => {
  const refreshToken = textOf(session.token);
  if (transport === 'cookie') setHeader('set-cookie', [refreshCookie(context.config, refreshToken)]);
  return {
    ...(await accessTokenFor(context, session.account, session.id)),
    refreshToken: transport === 'cookie' ? null : refreshToken,
    sessionId: session.id as SessionId,
  };
};

/** Signs an account in: a new session with its first refresh token. Whether it may is for the caller to know. */
export const openSession = async (
  context: UserContext,
  { account, method }: { readonly account: AccountRow; readonly method: SessionMethod },
  { headers, ipAddress }: Visitor,
): Promise<{ readonly account: AccountRow; readonly id: string; readonly token: RefreshToken }> => {
  const token = newRefreshToken();
  const now = context.clock.now();
  const session = {
    accountId: account.id,
    method,
    device: deviceLabelOf(headers['user-agent']),
    ipAddress: ipAddress.slice(0, MAX_ADDRESS_LENGTH),
    ipPrefix: prefixOf(ipAddress),
    familyHash: familyHashOf(token),
    secretHash: secretHashOf(token),
    expiresAt: sessionEnd(context),
  };
  const { id } = await insertSession(context.db, session, now);
  const surplus = await listSurplusSessions(context.db, account.id, MAX_SESSIONS, now);
  if (surplus.length > 0) {
    const ended = await context.transaction(
      async (db, sql) => await endSessions(context, { db, sql }, { accountId: account.id, only: surplus }, 'ended'),
    );
    await context.revocations.announce(ended);
  }
  context.counts.signIns.inc({ method, result: 'signed-in' });
  return { account, id, token };
};
