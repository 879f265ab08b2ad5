import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { UserContext } from '../context.ts';
import { secretBox } from '../secret-box.ts';
import { hashOfSecret } from '../secret-token.ts';
import { cookieOf, isSecure, readCookie } from '../session/refresh-cookie.ts';

const NAME = 'aw-sign-in';
const PATH = '/api/user/v1/oidc';
const LIFE_SECONDS = 10 * 60;

const SignInState = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnPath: z.string(),
  expiresAt: z.int(),
});
/** A sign-in that has gone to the provider. It rests with the browser, encrypted, so that no other can finish it. */
export type SignInState = z.infer<typeof SignInState>;

const boxOf = ({ config }: UserContext) => secretBox(config.serviceKey, 'provider sign-in');

/** The cookie that holds a sign-in until the provider sends the browser back. Lax: it comes back from another site. */
export const stateCookie = async (context: UserContext, state: Omit<SignInState, 'expiresAt'>): Promise<string> => {
  const expiresAt = context.clock.now().getTime() + LIFE_SECONDS * 1000;
  const value = await boxOf(context).seal(JSON.stringify({ ...state, expiresAt }));
  return cookieOf(NAME, value, {
    path: PATH,
    sameSite: 'Lax',
    maxAgeSeconds: LIFE_SECONDS,
    secure: isSecure(context.config),
  });
};

export const endStateCookie = ({ config }: UserContext): string =>
  cookieOf(NAME, '', { path: PATH, sameSite: 'Lax', maxAgeSeconds: 0, secure: isSecure(config) });

/** @returns undefined when this browser has no sign-in under way. */
export const readState = async (
  context: UserContext,
  headers: IncomingHttpHeaders,
): Promise<SignInState | undefined> => {
  const cookie = readCookie(headers, NAME, isSecure(context.config));
  const text = cookie === undefined ? undefined : await boxOf(context).open(cookie);
  if (text === undefined) return undefined;
  const parsed = SignInState.safeParse(JSON.parse(text));
  if (!parsed.success || parsed.data.expiresAt < context.clock.now().getTime()) return undefined;
  return parsed.data;
};

/** @returns false when this sign-in came back before. */
export const spendState = async ({ db }: UserContext, { state, expiresAt }: SignInState): Promise<boolean> => {
  const { count } = await db.spentState.createMany({
    data: [{ hash: hashOfSecret(state), expiresAt: new Date(expiresAt) }],
    skipDuplicates: true,
  });
  return count > 0;
};
