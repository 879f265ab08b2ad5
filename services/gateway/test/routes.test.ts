import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, sendRaw, startTestGateway, type TestGateway } from './house.ts';

describe('the routes of the house', () => {
  let house: TestGateway;
  beforeAll(async () => {
    house = await startTestGateway();
  });
  afterAll(async () => await house?.stop());
  beforeEach(() => {
    for (const { seen } of [house.user, house.content, house.editor, house.web]) seen.length = 0;
  });

  it('sends each address to the service that the table names', async () => {
    const token = await house.user.tokenFor();
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${house.url}/api/content/v1/books?limit=3`, { headers })).status).toBe(200);
    expect((await fetch(`${house.url}/api/user/v1/me`, { headers })).status).toBe(200);
    expect(await (await fetch(`${house.url}/books/frankenstein`)).text()).toBe('<title>shelf</title>');
    expect(house.content.seen.map(({ url }) => url)).toEqual(['/api/content/v1/books?limit=3']);
    expect(house.web.seen.map(({ url }) => url)).toEqual(['/books/frankenstein']);
  });

  it('says honestly that a part of the house is not built yet', async () => {
    const response = await fetch(`${house.url}/api/audio/v1/narrations`);
    expect(response.status).toBe(404);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error).toMatchObject({
      code: 'GATEWAY_SERVICE_PLANNED',
      message: 'Audio is planned, but not built yet.',
    });
  });

  const spellings = [
    '/internal/user/v1/accounts/find',
    '/internal',
    '//internal/user/v1/accounts/find',
    '/api/../internal/user/v1/accounts/find',
    '/api/./../internal/x',
    '/api/%2e%2e/internal/x',
    '/api/%2E%2E/internal/x',
    '/api/.%2e/internal/x',
    '/%2finternal/x',
    '/api%2f..%2finternal/x',
    '/api/user/..%5c..%5cinternal',
    '/api\\..\\internal',
    '/api/user//../../internal',
    '/api/content/v1/%00/internal',
    '/internal/../internal/x',
    'http://127.0.0.1/internal/user/v1/accounts/find',
    'http://internal.example//internal/x',
    'HTTP://x/api/../internal',
    '/api/user/v1/../../../internal/user/v1/operators/ensure',
    '/./internal/x',
    '/..;/internal/x/..',
  ];
  it.each(spellings)('lets nobody reach what is internal by %s', async (path) => {
    const answer = await sendRaw(house.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    for (const { seen } of [house.user, house.content, house.editor, house.web])
      expect(seen.filter(({ url }) => !url.includes('jwks'))).toEqual([]);
  });

  it('gives the services only addresses of one spelling', async () => {
    for (const path of ['//', '/a//b', '/books/../x', '/x%2Fy', '*'])
      expect(await sendRaw(house.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 400 [\s\S]*REQUEST_MALFORMED/,
      );
    expect(house.web.seen).toEqual([]);
    await fetch(`${house.url}/books/caf%C3%A9?q=a%2Fb`);
    expect(house.web.seen.map(({ url }) => url)).toEqual(['/books/caf%C3%A9?q=a%2Fb']);
  });

  it('takes the absolute form of an address for what it names', async () => {
    const answer = await sendRaw(
      house.url,
      'GET http://house.example/books/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(house.web.seen.map(({ url }) => url)).toEqual(['/books/1']);
  });

  it('knows no other address under /api', async () => {
    for (const path of ['/api', '/api/', '/api/nothing', '/api/usera/v1/me', '/API/user/v1/me/../x'])
      expect([404, 200]).toContain((await fetch(house.url + path)).status);
    expect(await codeOf(await fetch(`${house.url}/api/nothing`))).toBe('ROUTE_NOT_FOUND');
    expect(house.user.seen).toEqual([]);
  });

  it('keeps the machine rooms of the services to itself', async () => {
    expect((await fetch(`${house.url}/livez`)).status).toBe(200);
    expect((await fetch(`${house.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${house.url}/metrics`)).text()).toContain('gateway_sockets_open');
    const behindProxy = await fetch(`${house.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(behindProxy.status).toBe(404);
    expect(house.web.seen).toEqual([]);
  });
});
