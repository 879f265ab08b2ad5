import { defineApi } from '@authorworks/contracts';
import { type OpenApiDocument, openApiOf } from '@authorworks/contracts/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { codeOf, startTestGateway, type TestGateway } from './house.ts';

const poems = openApiOf(
  { name: 'content', title: 'Content', version: '1', summary: 'Books & <poems>.' },
  defineApi({
    writePoem: {
      method: 'POST',
      path: '/api/content/v1/poems',
      summary: 'Write a <b>poem</b>',
      audience: 'account',
      scope: 'books:write',
      body: z.strictObject({ title: z.string(), lines: z.array(z.string()) }),
      response: z.object({ id: z.uuid(), at: z.iso.datetime() }),
      errors: [{ code: 'CONTENT_POEM_TOO_LONG', status: 413, message: 'This poem is too long.' }],
    },
  }),
);

describe('the house as the gateway shows it', () => {
  let house: TestGateway;
  beforeAll(async () => {
    house = await startTestGateway({
      variables: { PUBLIC_URL: 'https://house.example', FILE_ORIGINS: 'https://s3.example' },
    });
    const ready = { ready: true, checks: { postgres: { ok: true } } };
    for (const upstream of [house.user, house.editor, house.web]) {
      const { answer } = upstream;
      upstream.answer = (request, response) =>
        request.url === '/readyz' ? void response.end(JSON.stringify(ready)) : answer(request, response);
    }
    house.content.answer = (request, response) => {
      if (request.url === '/api/content/openapi.json') response.end(JSON.stringify(poems));
      else if (request.url === '/readyz')
        response.writeHead(503).end(
          JSON.stringify({
            ready: false,
            checks: { postgres: { ok: false, detail: 'connect 10.0.0.7:5432' }, redis: { ok: true } },
          }),
        );
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
  });
  afterAll(async () => await house?.stop());

  it('reports the health of each service, and what is planned as planned', async () => {
    const response = await fetch(`${house.url}/healthz`);
    expect(response.status).toBe(503);
    const { data } = (await response.json()) as { data: { ok: boolean; services: { name: string; state: string }[] } };
    const states = Object.fromEntries(data.services.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({ gateway: 'up', user: 'up', content: 'down', storage: 'down', audio: 'planned' });
    expect(data.ok).toBe(false);
    const text = JSON.stringify(data);
    expect(text).toContain('not ready: postgres');
    expect(text).not.toContain('10.0.0.7');
  });

  it('lists the services', async () => {
    const { data } = (await (await fetch(`${house.url}/api/services`)).json()) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['user', 'content', 'video', 'jobs']));
  });

  it('merges the API documents of the services, and names those that are missing', async () => {
    const response = await fetch(`${house.url}/api/openapi.json`);
    const document = (await response.json()) as OpenApiDocument & { 'x-authorworks-missing': string[] };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/healthz', '/api/content/v1/poems']));
    expect(document['x-authorworks-missing']).toEqual(expect.arrayContaining(['storage']));
    expect(document['x-authorworks-missing']).not.toContain('content');
  });

  it('shows the API as a page that needs no script and no other host', async () => {
    const response = await fetch(`${house.url}/api/docs`);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const html = await response.text();
    expect(html).toContain('/api/content/v1/poems');
    expect(html).toContain('Write a &#60;b&#62;poem&#60;/b&#62;');
    expect(html).toContain('CONTENT_POEM_TOO_LONG');
    expect(html).toContain('&#34;lines&#34;: [');
    expect(html).toContain('Not answering now');
    expect(html).not.toMatch(/<script|src=|@import|<link/);
  });

  it('finds a word, a path or an error code in the page, and says so when there is none', async () => {
    const find = async (words: string): Promise<string> =>
      await (await fetch(`${house.url}/api/docs?q=${encodeURIComponent(words)}`)).text();
    const found = await find('poem_too_LONG');
    expect(found).toContain('/api/content/v1/poems');
    expect(found).not.toContain('id="gateway.readHealth"');
    const none = await find('"><script>alert(1)</script>');
    expect(none).toContain('Nothing here is about');
    expect(none).not.toContain('<script>');
  });

  it('gives pages a policy that lets nothing in from elsewhere', async () => {
    const { headers } = await fetch(`${house.url}/books`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("connect-src 'self' wss://house.example https://s3.example;");
    expect(policy).not.toContain('unsafe-eval');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    const { headers: api } = await fetch(`${house.url}/api/content/v1/public/books`);
    expect(api.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('lets a policy of the web itself stand', async () => {
    house.web.answer = (_request, response) =>
      response.setHeader('content-security-policy', "default-src 'none'").end('x');
    expect((await fetch(`${house.url}/book`)).headers.get('content-security-policy')).toBe("default-src 'none'");
  });
});

describe('other web apps', () => {
  let house: TestGateway;
  beforeAll(async () => {
    house = await startTestGateway({ variables: { CORS_ORIGINS: 'https://app.example' } });
  });
  afterAll(async () => await house?.stop());
  const preflight = async (origin: string): Promise<Response> =>
    await fetch(`${house.url}/api/content/v1/books`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  it('may use the API when the operator named them, with a token', async () => {
    const asked = await preflight('https://app.example');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const refused = await fetch(`${house.url}/api/content/v1/books`, { headers: { origin: 'https://app.example' } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
  });

  it('may not when they were not named', async () => {
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const read = await fetch(`${house.url}/api/content/v1/public/books`, {
      headers: { origin: 'https://evil.example' },
    });
    expect(read.headers.get('access-control-allow-origin')).toBeNull();
    expect(read.headers.get('vary')).toBe('origin');
  });
});

describe("Traefik's question", () => {
  let house: TestGateway;
  beforeAll(async () => {
    house = await startTestGateway({ variables: { TRUSTED_PROXIES: '127.0.0.0/8', ADDRESS_RATE_PER_MINUTE: '3' } });
  });
  afterAll(async () => await house?.stop());
  const ask = async (headers: Record<string, string>): Promise<Response> =>
    await fetch(`${house.url}/internal/gateway/v1/authorize`, {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-method': 'GET', ...headers },
    });

  it('is answered as a request through the gateway would be', async () => {
    const token = await house.user.tokenFor();
    const good = await ask({ 'x-forwarded-uri': '/api/content/v1/books', authorization: `Bearer ${token}` });
    expect(good.status).toBe(200);
    expect(good.headers.get('authorization')).toBe(`Bearer ${token}`);
    expect(good.headers.get('x-request-id')).toMatch(/.{8,}/);
    expect(good.headers.get('x-ratelimit-limit')).toBe('1200');
    const bad = await ask({ 'x-forwarded-uri': '/api/content/v1/books', authorization: 'Bearer no' });
    expect([bad.status, await codeOf(bad)]).toEqual([401, 'AUTH_TOKEN_INVALID']);
    expect((await ask({ 'x-forwarded-uri': '/api/../internal/x' })).status).toBe(400);
    expect((await ask({ 'x-forwarded-uri': '/internal/user/v1/accounts/find' })).status).toBe(404);
    expect((await ask({ 'x-forwarded-uri': '/books' })).status).toBe(200);
    expect(house.content.seen).toEqual([]);
  });

  it('trades personal API tokens and counts the same limits', async () => {
    house.user.apiTokens.set('aw_t', crypto.randomUUID());
    const good = await ask({ 'x-forwarded-uri': '/api/content/v1/books', authorization: 'Bearer aw_t' });
    expect(good.headers.get('authorization')).toMatch(/^Bearer ey/);
    const limited = { 'x-forwarded-uri': '/api/content/v1/public/books', 'x-forwarded-for': '203.0.113.77' };
    for (let index = 0; index < 3; index += 1) expect((await ask(limited)).status).toBe(200);
    expect((await ask(limited)).status).toBe(429);
  });

  it('is heard only from a proxy of ours', async () => {
    const other = await startTestGateway();
    try {
      const response = await fetch(`${other.url}/internal/gateway/v1/authorize`, {
        headers: { 'x-forwarded-uri': '/api/content/v1/public/books' },
      });
      expect(response.status).toBe(404);
    } finally {
      await other.stop();
    }
  });
});
