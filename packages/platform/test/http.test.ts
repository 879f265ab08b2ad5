import { Agent, get } from 'node:http';
import { createClient } from '@authorworks/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceClient } from '../src/client.ts';
import { createIdentity } from '../src/identity.ts';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  TEST_SERVICE_KEY,
  type TestIssuer,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { toy, toyApi } from './toy.ts';

describe('an HTTP service', () => {
  let servers: TestServers;
  let issuer: TestIssuer;
  let service: TestService;
  beforeAll(async () => {
    servers = await startTestServers();
    issuer = await startTestIssuer();
    service = await startTestService(toy, servers, { neighbours: { user: issuer.url } });
  });
  afterAll(async () => {
    await service?.close();
    await issuer?.stop();
    await servers?.stop();
  });

  const post = async (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    await fetch(`${service.url}/api/content/v1/poems`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await issuer.tokenFor()}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('answers a valid request in the envelope of the house', async () => {
    const response = await post({ title: 'Ozymandias', lines: [] });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      data: { id: expect.stringMatching(/^poem-/), title: 'Ozymandias', by: 'Mary' },
    });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('names every wrong field of a request', async () => {
    const response = await post({ title: '', lines: [1], extra: true });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; fields: { path: string }[] } };
    expect(error.code).toBe('REQUEST_INVALID');
    expect(error.fields.map(({ path }) => path)).toEqual(expect.arrayContaining(['body.title', 'body.lines.0']));
  });

  it('ends its connections one answer after the other when it is one pod of several and goes', async () => {
    const going = await startTestService(toy, servers, {
      neighbours: { user: issuer.url },
      variables: { COLOUR: 'blue' },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (): Promise<{ status: number | undefined; connection: string | undefined; reused: boolean }> =>
      await new Promise((resolve, reject) => {
        const asked = get(`${going.url}/livez`, { agent }, (answer) => {
          answer.resume();
          answer.once('end', () =>
            resolve({
              status: answer.statusCode,
              connection: answer.headers.connection,
              reused: asked.reusedSocket,
            }),
          );
        });
        asked.once('error', reject);
      });
    expect(await ask()).toMatchObject({ connection: 'keep-alive' });
    const closing = going.close();
    await eventually(async () => expect(await ask()).toMatchObject({ status: 200, connection: 'close' }));
    expect(await ask()).toMatchObject({ status: 200, connection: 'close', reused: false });
    await closing;
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('refuses a body that is not JSON, not declared as JSON, or too large', async () => {
    expect((await post('{"title": ')).status).toBe(400);
    expect((await post('title=x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({ title: 'x'.repeat(2_000_000), lines: [] })).status).toBe(413);
  });

  it('answers a repeated POST with the first answer, and refuses the key for another request', async () => {
    const token = await issuer.tokenFor();
    const headers = { 'idempotency-key': 'once', authorization: `Bearer ${token}` };
    const first = (await (await post({ title: 'Mutability', lines: [] }, headers)).json()) as { data: { id: string } };
    const second = (await (await post({ title: 'Mutability', lines: [] }, headers)).json()) as { data: { id: string } };
    expect(second).toEqual(first);
    expect((await post({ title: 'Another', lines: [] }, headers)).status).toBe(409);
  });

  it('asks for a token where one is needed and for the right role and scope', async () => {
    expect((await post({ title: 'x', lines: [] }, { authorization: '' })).status).toBe(401);
    expect((await post({ title: 'x', lines: [] }, { authorization: 'Bearer nonsense' })).status).toBe(401);
    const reading = await issuer.tokenFor({ scopes: ['books:read'] });
    expect((await post({ title: 'x', lines: [] }, { authorization: `Bearer ${reading}` })).status).toBe(403);
    const burn = async (token: string): Promise<number> =>
      (
        await fetch(`${service.url}/api/content/v1/poems`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    expect(await burn(await issuer.tokenFor())).toBe(403);
    expect(await burn(await issuer.tokenFor({ roles: ['operator'] }))).toBe(204);
  });

  it('says nothing of what broke inside, but logs it under the request id', async () => {
    const response = await fetch(`${service.url}/api/content/v1/broken`, {
      headers: { 'x-request-id': 'look-for-me-1' },
    });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('12345');
    expect(text).toContain('look-for-me-1');
    expect(service.logged.some((line) => line['requestId'] === 'look-for-me-1' && line['level'] === 'error')).toBe(
      true,
    );
  });

  it('tells apart an unknown address, an unknown thing and a wrong method', async () => {
    const read = async (path: string, method = 'GET'): Promise<[number, unknown]> => {
      const response = await fetch(service.url + path, { method });
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    expect(await read('/api/content/v1/nothing')).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(await read('/api/content/v1/poems/none')).toEqual([404, 'TOY_POEM_NOT_FOUND']);
    expect(await read('/api/content/v1/poems/none', 'PATCH')).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(await read('/api/content/v1/poems/%E0%A4%A')).toEqual([400, 'REQUEST_BODY_MALFORMED']);
  });

  it('counts a streamed body and stops at its limit', async () => {
    const client = createClient(toyApi, { baseUrl: service.url });
    expect(await client.countBytes({ body: Buffer.alloc(900_000) })).toEqual({ bytes: 900_000 });
    const tooMuch = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
    });
    await expect(client.countBytes({ body: tooMuch })).rejects.toMatchObject({ name: 'ApiError' });
  });

  it('streams an answer', async () => {
    const response = await fetch(`${service.url}/api/content/v1/long`);
    expect((await response.text()).split('\n')).toHaveLength(1001);
  });

  it('knows another service by its token, and only if it was meant for this one', async () => {
    const directory = { urlOf: () => service.url };
    const friend = serviceClient(
      { directory, identity: createIdentity('editor', TEST_SERVICE_KEY) },
      'content',
      toyApi,
    );
    expect(await friend.tell()).toEqual({ caller: 'editor' });
    const stranger = serviceClient(
      { directory, identity: createIdentity('editor', 'another key of more than 32 characters') },
      'content',
      toyApi,
    );
    await expect(stranger.tell()).rejects.toMatchObject({ status: 401 });
    const misled = serviceClient({ directory, identity: createIdentity('editor', TEST_SERVICE_KEY) }, 'user', toyApi);
    await expect(misled.tell()).rejects.toMatchObject({ status: 401 });
  });

  it('reports life, readiness, metrics and its API', async () => {
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${service.url}/readyz`)).json()).toMatchObject({
      ready: true,
      checks: { postgres: { ok: true } },
    });
    expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
      /http_request_duration_seconds_count\{.*route="\/api\/content\/v1\/poems",status="201"/,
    );
    const api = (await (await fetch(`${service.url}/api/content/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(api.openapi).toBe('3.1.0');
    expect(Object.keys(api.paths)).toContain('/api/content/v1/poems/{poemId}');
    expect(Object.keys(api.paths)).not.toContain('/internal/content/v1/tell');
  });
});
