import type { IncomingHttpHeaders } from 'node:http';
import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';

interface CookieOptions {
  readonly path: string;
  readonly sameSite: 'Strict' | 'Lax';
  readonly maxAgeSeconds: number;
  /** Whether the house is reached by https: then browsers hold the cookie to that (`__Secure-`, RFC 6265bis, 4.1.3.1). */
  readonly secure: boolean;
}

/** @param name Without the prefix. @param value Nothing but base64url and dots. */
export const cookieOf = (name: string, value: string, options: CookieOptions): string => {
  const { path, sameSite, maxAgeSeconds, secure } = options;
  const parts = [`${secure ? '__Secure-' : ''}${name}=${value}`, `Path=${path}`, `Max-Age=${maxAgeSeconds}`];
  return [...parts, 'HttpOnly', `SameSite=${sameSite}`, ...(secure ? ['Secure'] : [])].join('; ');
};

export const readCookie = (headers: IncomingHttpHeaders, name: string, secure: boolean): string | undefined => {
  const wanted = `${secure ? '__Secure-' : ''}${name}=`;
  const found = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(wanted));
  return found === undefined || found === wanted ? undefined : found.slice(wanted.length);
};

const NAME = 'aw-refresh';
const PATH = '/api/user/v1/sessions';
const DAY_SECONDS = 24 * 60 * 60;

interface House {
  readonly publicUrl: string;
  readonly refreshTokenDays: number;
}

export const isSecure = ({ publicUrl }: Pick<House, 'publicUrl'>): boolean => publicUrl.startsWith('https:');

export const refreshCookie = (house: House, token: string): string =>
  cookieOf(NAME, token, {
    path: PATH,
    sameSite: 'Strict',
    maxAgeSeconds: house.refreshTokenDays * DAY_SECONDS,
    secure: isSecure(house),
  });

export const endRefreshCookie = (house: House): string =>
  cookieOf(NAME, '', { path: PATH, sameSite: 'Strict', maxAgeSeconds: 0, secure: isSecure(house) });

export const readRefreshCookie = (house: House, headers: IncomingHttpHeaders): string | undefined =>
  readCookie(headers, NAME, isSecure(house));

/**
 * What a browser sends along by itself counts only for our own pages: SameSite takes every port of a host for one site,
 * Sec-Fetch-Site (Fetch Metadata) does not. Programs that are not browsers do not send it.
 */
export const refuseOtherSites = (headers: IncomingHttpHeaders): void => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw fail(platformErrors.signInRequired, { message: 'Another site cannot do this for you.' });
};
