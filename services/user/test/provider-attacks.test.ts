import { describe, expect, it } from 'vitest';
import { returnPathOf } from '../src/provider/return-path.ts';
import { MINUTE, startAnother, v1 } from './kit.ts';
import {
  CALLBACK,
  clock,
  comeBack,
  expectRefused,
  refreshCookieOf,
  settings,
  somebody,
  there,
  toCallback,
} from './provider-house.ts';
import { type Browser, HOUSE_URL, openBrowser, startSignInProvider } from './sign-in-provider.ts';

describe('an attack on the way back (FAULTS 26)', () => {
  const begun = async (): Promise<{ browser: Browser; callback: URL }> => {
    there.provider.setPerson(somebody());
    const browser = openBrowser();
    return { browser, callback: await toCallback(browser, there.house) };
  };
  const changed = (callback: URL, change: Record<string, string | undefined>): URL => {
    const url = new URL(callback);
    for (const [name, value] of Object.entries(change))
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    return url;
  };

  it.each([
    ['another state', { state: 'x'.repeat(43) }],
    ['no state', { state: undefined }],
    ['an empty state', { state: '' }],
    ['the issuer of another provider (mix-up)', { iss: 'https://evil.example' }],
    ['no issuer, where the provider always names it', { iss: undefined }],
    ['the issuer with a slash', { iss: 'http://127.0.0.1/' }],
    ['another code', { code: 'x'.repeat(43) }],
    ['no code', { code: undefined }],
    ['an error beside the code', { error: 'access_denied' }],
    ['an implicit answer', { code: undefined, response: 'x' }],
  ])('with %s is refused', async (_, change) => {
    const { browser, callback } = await begun();
    await expectRefused(async () => await comeBack(browser, changed(callback, change), there.house));
  });

  it.each(['state', 'code', 'iss'])('with two of %s is refused', async (name) => {
    const { browser, callback } = await begun();
    const url = new URL(callback);
    url.searchParams.append(name, 'second');
    const response = await comeBack(browser, url, there.house);
    expect(response.status).toBe(400);
    expect(refreshCookieOf(response)).toBeUndefined();
  });

  it('in another browser, which did not begin it, is refused', async () => {
    const { callback } = await begun();
    await expectRefused(async () => await comeBack(openBrowser(), callback, there.house));
  });

  it('in another browser that has begun one of its own is refused (login CSRF)', async () => {
    const { callback } = await begun();
    const victim = await begun();
    await expectRefused(async () => await comeBack(victim.browser, callback, there.house));
  });

  it('with somebody else’s code in an own sign-in is refused (code injection: PKCE)', async () => {
    const victim = await begun();
    const attacker = await begun();
    const stolen = changed(attacker.callback, { code: victim.callback.searchParams.get('code') ?? '' });
    await expectRefused(async () => await comeBack(attacker.browser, stolen, there.house));
  });

  it('a second time is refused, with the cookie of the first as well', async () => {
    const { browser, callback } = await begun();
    const jar = browser.cookies(there.house.service.url);
    const cookie = jar.get('aw-sign-in') ?? '';
    expect((await comeBack(browser, callback, there.house)).status).toBe(302);
    await expectRefused(async () => await comeBack(browser, callback, there.house));
    jar.set('aw-sign-in', cookie);
    await expectRefused(async () => await comeBack(browser, callback, there.house));
  });

  it('with a used code in a fresh sign-in is refused by the provider', async () => {
    const first = await begun();
    await comeBack(first.browser, first.callback, there.house);
    const second = await begun();
    const replay = changed(second.callback, { code: first.callback.searchParams.get('code') ?? '' });
    await expectRefused(async () => await comeBack(second.browser, replay, there.house));
  });

  it('ten minutes later is refused', async () => {
    const { browser, callback } = await begun();
    clock.move(11 * MINUTE);
    await expectRefused(async () => await comeBack(browser, callback, there.house));
  });

  it.each([
    ['cut', (cookie: string) => cookie.slice(0, -6)],
    [
      'with a letter changed',
      (cookie: string) => `${cookie.slice(0, 60)}${cookie[60] === 'A' ? 'B' : 'A'}${cookie.slice(61)}`,
    ],
    ['made by somebody', () => Buffer.from('{"state":"x"}').toString('base64url')],
  ])('with a cookie that is %s is refused', async (_, tamper) => {
    const { browser, callback } = await begun();
    const jar = browser.cookies(there.house.service.url);
    jar.set('aw-sign-in', tamper(jar.get('aw-sign-in') ?? ''));
    await expectRefused(async () => await comeBack(browser, callback, there.house));
  });

  it.each([
    ['the challenge is taken out', { code_challenge: undefined, code_challenge_method: undefined }],
    ['the challenge is made plain', { code_challenge_method: 'plain' }],
    ['the challenge is the attacker’s', { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }],
  ])('does not work when %s on the way out (PKCE downgrade)', async (_, change) => {
    for (const pkceRequired of [true, false]) {
      const other = await startSignInProvider({ pkceRequired });
      const away = await startAnother(there.house, { variables: settings(other.issuer), clock });
      other.setPerson(somebody());
      const browser = openBrowser();
      const start = await browser.get(`${away.service.url}${v1}/oidc/start`);
      const target = changed(new URL(start.headers.get('location') ?? ''), change);
      const callback = await browser.follow(target.href, CALLBACK);
      await expectRefused(async () => await comeBack(browser, callback, away));
      await away.service.close();
      await other.stop();
    }
  });

  it('does not send the code anywhere else: the provider knows one address', async () => {
    for (const redirect of [
      'https://evil.example/',
      `${CALLBACK}/../evil`,
      `${CALLBACK}?next=https://evil.example`,
      `${HOUSE_URL}.evil.example${v1}/oidc/callback`,
      `${HOUSE_URL}@evil.example/`,
      `${CALLBACK}#`,
      CALLBACK.replace('http:', 'HTTPS:'),
    ]) {
      const browser = openBrowser();
      const start = await browser.get(`${there.house.service.url}${v1}/oidc/start`);
      const target = changed(new URL(start.headers.get('location') ?? ''), { redirect_uri: redirect });
      const response = await browser.get(target.href);
      expect(response.status, redirect).toBe(400);
      expect(response.headers.get('location')).toBeNull();
    }
  });
});

describe('where a sign-in may lead', () => {
  it.each(['/', '/books', '/books/1?x=//evil.example#y', '/a:b', '/%2f%2fevil.example'])(
    '%s is a page of the house',
    (path) => expect(returnPathOf(path, HOUSE_URL)).toBe(path),
  );
  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https://evil.example',
    'http:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '@evil.example',
    '.evil.example',
    'evil.example',
    ' //evil.example',
    '/ /evil.example',
    '/./\\evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/\u0000',
    '',
    '/api/user/v1/oidc/start',
    '/x/../api/user/v1/oidc/start',
    '/api',
    `/${'x'.repeat(600)}`,
  ])('%j is not', (path) => expect(returnPathOf(path, HOUSE_URL)).toBe('/'));
});
