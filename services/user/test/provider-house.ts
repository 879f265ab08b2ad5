import { afterAll, beforeAll, expect } from 'vitest';
import { type Answer, movableClock, startUser, type TestUser, v1 } from './kit.ts';
import {
  type Browser,
  CLIENT,
  HOUSE_URL,
  openBrowser,
  type ProviderPerson,
  type SignInProvider,
  startSignInProvider,
} from './sign-in-provider.ts';

export const CALLBACK = `${HOUSE_URL}${v1}/oidc/callback`;
export const clock = movableClock();
export const settings = (issuer: string, more: Record<string, string> = {}): Record<string, string> => ({
  PUBLIC_URL: HOUSE_URL,
  OIDC: 'on',
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: CLIENT.id,
  OIDC_CLIENT_SECRET: CLIENT.secret,
  OIDC_NAME: 'The Village Login',
  ...more,
});

/** One house and its provider for a test file; they are there once its tests run. */
export const there = {} as { provider: SignInProvider; house: TestUser };
beforeAll(async () => {
  there.provider = await startSignInProvider();
  there.house = await startUser({ variables: settings(there.provider.issuer), clock });
});
afterAll(async () => {
  await there.house?.stop();
  await there.provider?.stop();
});

let people = 0;
export const somebody = (change: Partial<ProviderPerson> = {}): ProviderPerson => {
  people += 1;
  const email = `person-${people}@village.example`;
  return { sub: `person-${people}`, email, email_verified: true, name: `Person ${people}`, ...change };
};

/** Goes from our start address through the provider to the address that it sends the browser back to. */
export const toCallback = async (browser: Browser, to: TestUser, query = ''): Promise<URL> =>
  await browser.follow(`${to.service.url}${v1}/oidc/start${query}`, CALLBACK);
/** Comes back to the house, whose public address stands for the service's. */
export const comeBack = async (browser: Browser, callback: URL, to: TestUser, headers = {}): Promise<Response> =>
  await browser.get(callback.href.replace(HOUSE_URL, to.service.url), headers);
export const signIn = async (person: ProviderPerson, to = there.house): Promise<Response> => {
  there.provider.setPerson(person);
  const browser = openBrowser();
  return await comeBack(browser, await toCallback(browser, to), to);
};
export const refreshCookieOf = (response: Response): string | undefined =>
  response.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith('aw-refresh='))
    ?.split(';')[0];
/** What the web app does when it is reached with the cookie. */
export const enter = async (response: Response): Promise<Answer> => {
  const headers = { cookie: refreshCookieOf(response) ?? '' };
  const tokens = await there.house.call(`${v1}/sessions/refresh`, { body: {}, headers });
  return await there.house.call(`${v1}/me`, { token: String(tokens.data['accessToken']) });
};
const sessions = async (): Promise<unknown> =>
  await there.house.context.postgres.sql.query(`SELECT count(*) FROM session WHERE method = 'oidc'`);
/** The answer refuses, sets no refresh cookie and opens no session. */
export const expectRefused = async (
  work: () => Promise<Response>,
  code = 'USER_PROVIDER_REFUSED',
  status = 400,
): Promise<void> => {
  const before = await sessions();
  const response = await work();
  const { error } = (await response.json()) as { error: { code: string } };
  expect([response.status, error.code]).toEqual([status, code]);
  expect(refreshCookieOf(response)).toBeUndefined();
  expect(await sessions()).toEqual(before);
};
