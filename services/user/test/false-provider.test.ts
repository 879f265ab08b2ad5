import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUser, type TestUser, v1 } from './kit.ts';
import { CLIENT, HOUSE_URL, listenOnLoopback, openBrowser, stopServer } from './sign-in-provider.ts';

/** What a provider that has been broken into, or an attacker between us and it, answers at its token endpoint. */
interface Lie {
  readonly claims?: (claims: JWTPayload) => JWTPayload;
  readonly token?: (claims: JWTPayload) => Promise<string> | string;
  readonly userinfo?: Record<string, unknown>;
  readonly answer?: Record<string, unknown>;
  readonly status?: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const SUBJECT = 'person-of-the-false-provider';

describe('a provider that lies', () => {
  let server: Server;
  let issuer: string;
  let house: TestUser;
  let key: CryptoKey;
  let strangersKey: CryptoKey;
  let lie: Lie = {};
  let nonce = '';

  const sign = async (claims: JWTPayload, by: CryptoKey): Promise<string> =>
    await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: '1' }).sign(by);

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    key = pair.privateKey;
    strangersKey = (await generateKeyPair('RS256')).privateKey;
    const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: '1', alg: 'RS256', use: 'sig' }] };
    const idToken = async (): Promise<string> => {
      const now = Math.floor(Date.now() / 1000);
      const honest: JWTPayload = {
        iss: issuer,
        aud: CLIENT.id,
        sub: SUBJECT,
        iat: now,
        exp: now + 300,
        nonce,
      };
      const claims = lie.claims?.(honest) ?? honest;
      return (await lie.token?.(claims)) ?? (await sign(claims, key));
    };
    const pages: Record<string, () => Promise<unknown>> = {
      '/.well-known/openid-configuration': async () =>
        await Promise.resolve({
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`,
          id_token_signing_alg_values_supported: ['RS256'],
          authorization_response_iss_parameter_supported: true,
        }),
      '/jwks': async () => await Promise.resolve(jwks),
      '/token': async () => lie.answer ?? { access_token: 'x', token_type: 'Bearer', id_token: await idToken() },
      '/userinfo': async () =>
        await Promise.resolve(lie.userinfo ?? { sub: SUBJECT, email: 'lied@village.example', email_verified: true }),
    };
    server = createServer((request, response) => {
      const path = request.url ?? '';
      void pages[path]?.().then((body) => {
        response.statusCode = path === '/token' ? (lie.status ?? 200) : 200;
        response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      });
    });
    issuer = await listenOnLoopback(server);
    house = await startUser({
      variables: {
        PUBLIC_URL: HOUSE_URL,
        OIDC: 'on',
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_CLIENT_SECRET: CLIENT.secret,
      },
    });
  });
  afterAll(async () => {
    await house?.stop();
    await stopServer(server);
  });

  const signIn = async (told: Lie): Promise<Response> => {
    lie = told;
    const browser = openBrowser();
    const start = await browser.get(`${house.service.url}${v1}/oidc/start`);
    const { searchParams } = new URL(start.headers.get('location') ?? '');
    nonce = searchParams.get('nonce') ?? '';
    const answer = new URLSearchParams({ state: searchParams.get('state') ?? '', code: 'code', iss: issuer });
    return await browser.get(`${house.service.url}${v1}/oidc/callback?${answer.toString()}`);
  };

  it('is believed when it does not, so that the refusals below mean something', async () => {
    expect((await signIn({})).status).toBe(302);
  });

  const change = (changed: JWTPayload) => (claims: JWTPayload) => ({ ...claims, ...changed });
  const without =
    (name: string) =>
    (claims: JWTPayload): JWTPayload =>
      Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  const lies: [string, () => Lie][] = [
    ['the nonce of another sign-in', () => ({ claims: change({ nonce: 'another' }) })],
    ['no nonce', () => ({ claims: without('nonce') })],
    ['an ID token for another client', () => ({ claims: change({ aud: 'another' }) })],
    ['an ID token for several, by nobody', () => ({ claims: change({ aud: [CLIENT.id, 'another'] }) })],
    ['an ID token of another issuer', () => ({ claims: change({ iss: 'https://evil.example' }) })],
    ['an ID token that has expired', () => ({ claims: change({ exp: 1_000 }) })],
    ['an ID token that never expires', () => ({ claims: without('exp') })],
    ['an ID token about nobody', () => ({ claims: without('sub') })],
    ['an ID token by another key', () => ({ token: async (claims) => await sign(claims, strangersKey) })],
    ['an ID token without a signature', () => ({ token: (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.` })],
    [
      'an ID token by the client secret (HS256)',
      () => ({
        token: (claims) => {
          const text = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
          return `${text}.${createHmac('sha256', CLIENT.secret).update(text).digest('base64url')}`;
        },
      }),
    ],
    ['an ID token that is none', () => ({ token: () => 'not.a.token' })],
    ['no ID token', () => ({ answer: { access_token: 'x', token_type: 'Bearer' } })],
    ['nothing', () => ({ answer: {} })],
    ['a web page', () => ({ answer: { html: '<html>' }, status: 200 })],
    ['an error of its own', () => ({ answer: { error: 'server_error' }, status: 500 })],
    ['that the secret is wrong', () => ({ answer: { error: 'invalid_client' }, status: 401 })],
    [
      'facts about another person',
      () => ({ userinfo: { sub: 'another', email: 'lied@village.example', email_verified: true } }),
    ],
    ['facts about nobody', () => ({ userinfo: { email: 'lied@village.example', email_verified: true } })],
  ];

  it.each(lies)('signs nobody in with %s', async (_, told) => {
    const response = await signIn(told());
    expect([400, 502]).toContain(response.status);
    const { error } = (await response.json()) as { error: { code: string } };
    expect(error.code).toMatch(/^USER_PROVIDER_(REFUSED|FAILED)$/);
    expect(response.headers.getSetCookie().some((cookie) => cookie.startsWith('aw-refresh='))).toBe(false);
    const accounts = await house.context.postgres.sql.query('SELECT 1 FROM session');
    expect(accounts).toHaveLength(1);
  });
});
