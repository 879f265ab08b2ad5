import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineApi } from '@authorworks/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createIdentity, serviceClient, translateError, withRequest } from '../src/index.ts';
import { openThreads } from '../src/threads.ts';

describe('threads', () => {
  const open = (): ReturnType<typeof openThreads<{ kind: string; upTo?: number }, number>> =>
    openThreads({ module: new URL('./crunch.worker.ts', import.meta.url), maxThreads: 1, heapMiB: 48 });

  it('work while the event loop goes on', async () => {
    const threads = open();
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    expect(await threads.run({ kind: 'count', upTo: 200_000_000 })).toBeGreaterThan(0);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    await threads.close();
  });
  it('pass on what a task throws', async () => {
    const threads = open();
    await expect(threads.run({ kind: 'throw' })).rejects.toThrow('a task may fail');
    expect(await threads.run({ kind: 'count', upTo: 3 })).toBe(3);
    await threads.close();
  });
  it('end a task that never ends when it is not wanted any more, and take the next', async () => {
    const threads = open();
    const abort = new AbortController();
    const spinning = threads.run({ kind: 'spin' }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(spinning).rejects.toMatchObject({ name: 'AbortError' });
    expect(await threads.run({ kind: 'count', upTo: 3 })).toBe(3);
    await threads.close();
  });
  it('end a task that takes too much memory, not the process, and take the next', async () => {
    const threads = open();
    await expect(threads.run({ kind: 'hoard' })).rejects.toThrow(/memory/i);
    expect(await threads.run({ kind: 'count', upTo: 3 })).toBe(3);
    await threads.close();
  });
});

const api = defineApi({
  read: {
    method: 'GET',
    path: '/api/user/v1/x',
    summary: '',
    audience: 'anyone',
    timeoutMs: 300,
    response: z.object({ n: z.int() }),
  },
  write: {
    method: 'POST',
    path: '/api/user/v1/x',
    summary: '',
    audience: 'anyone',
    body: z.object({}),
    response: z.object({ n: z.int() }),
    idempotent: true,
  },
});

describe('a call to another service', () => {
  let server: Server;
  let answer: RequestListener;
  let calls = 0;
  const KEY = 'a key of the house that is long enough';
  const client = (retryWaitsMs?: readonly number[]) =>
    serviceClient(
      {
        directory: { urlOf: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
        identity: createIdentity('content', KEY),
      },
      'user',
      api,
      retryWaitsMs,
    );
  const good: RequestListener = (_request, response) =>
    void response.setHeader('content-type', 'application/json').end('{"data":{"n":1}}');
  beforeAll(async () => {
    server = createServer((request, response) => {
      calls += 1;
      request.resume();
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  afterEach(() => (calls = 0));
  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    await work.then(
      () => 'fine',
      (error: unknown) => translateError(error).definition.code,
    );

  it('carries who calls and for which request', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    answer = (request, response) => {
      headers = request.headers;
      good(request, response);
    };
    await withRequest({ requestId: 'request-77' }, async () => await client().read());
    expect(headers['x-request-id']).toBe('request-77');
    expect(await createIdentity('user', KEY).verify(String(headers.authorization).slice(7))).toBe('content');
  });
  it('is repeated when the answer was cut or the service is restarting, if a repeat is harmless', async () => {
    answer = (request, response) => {
      if (calls === 1) request.socket.destroy();
      else if (calls === 2) response.writeHead(503).end();
      else good(request, response);
    };
    expect(await client().read()).toEqual({ n: 1 });
    expect(calls).toBe(3);
  });
  it('is repeated as often as a patient caller says', async () => {
    answer = (request, response) => void (calls < 5 ? response.writeHead(503).end() : good(request, response));
    expect(await client([1, 1, 1, 1]).read()).toEqual({ n: 1 });
    expect(calls).toBe(5);
    calls = 0;
    expect(await codeOf(client([1]).read())).toBe('SERVICE_UNAVAILABLE');
    expect(calls).toBe(2);
  });
  it('is not repeated when it writes, unless it has a key that makes a repeat harmless', async () => {
    answer = (request) => void request.socket.destroy();
    expect(await codeOf(client().write({ body: {} }))).toBe('SERVICE_UNAVAILABLE');
    expect(calls).toBe(1);
    calls = 0;
    expect(await codeOf(client().write({ body: {} }, { idempotencyKey: 'k' }))).toBe('SERVICE_UNAVAILABLE');
    expect(calls).toBe(3);
  });
  it('is not repeated for a refusal', async () => {
    answer = (_request, response) => void response.writeHead(404).end();
    expect(await codeOf(client().read())).toBe('INTERNAL');
    expect(calls).toBe(1);
  });
  it('ends at its deadline', async () => {
    answer = () => undefined;
    expect(await codeOf(client().read())).toBe('SERVICE_TIMEOUT');
    expect(calls).toBe(1);
  });
  it('ends when the caller has gone', async () => {
    answer = () => undefined;
    const abort = new AbortController();
    const reading = client().read(undefined, { signal: abort.signal, timeoutMs: 20_000 });
    setTimeout(() => abort.abort(new Error('gone')), 20);
    await expect(reading).rejects.toThrow('gone');
  });
});
