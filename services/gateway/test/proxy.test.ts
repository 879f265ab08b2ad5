import { once } from 'node:events';
import { request as sendRequest, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, sendRaw, startTestGateway, startUpstream, type TestGateway } from './house.ts';

const text = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  let all = '';
  for await (const chunk of stream) all += chunk.toString();
  return all;
};

describe('a request through the gateway', () => {
  let house: TestGateway;
  let ok: TestGateway['content']['answer'];
  beforeAll(async () => {
    house = await startTestGateway();
    ok = house.content.answer;
  });
  afterAll(async () => await house?.stop());
  beforeEach(() => {
    house.content.answer = ok;
    house.content.seen.length = 0;
  });
  const signedIn = async (): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await house.user.tokenFor()}`,
  });
  const BOOK = '/api/content/v1/public/books/frankenstein';
  const TEXT = '/api/content/v1/scenes/01936f5e-8c3a-7b21-9d4e-5f60718293a4/text';

  it('tells the service who asks, and nothing that the asker made up', async () => {
    const answer = await sendRaw(
      house.url,
      [
        `GET ${BOOK} HTTP/1.1`,
        'Host: books.example',
        'Connection: close, X-Secret-Hop',
        'X-Secret-Hop: 1',
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: evil.example',
        'Forwarded: for=6.6.6.6',
        'X-Real-IP: 6.6.6.6',
        'Remote-User: operator',
        'Remote_Email: operator@example.org',
        'Proxy-Authorization: Basic x',
        'TE: trailers',
        'Range: bytes=0-9',
        'If-None-Match: "a"',
        'Cookie: refresh=1',
        'X-Request-Id: from-outside-1',
        '',
        '',
      ].join('\r\n'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/x-request-id: from-outside-1/i);
    const { headers } = house.content.seen.at(-1) ?? { headers: {} };
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'books.example',
      'x-request-id': 'from-outside-1',
      range: 'bytes=0-9',
      'if-none-match': '"a"',
      cookie: 'refresh=1',
    });
    for (const name of [
      'x-secret-hop',
      'forwarded',
      'x-real-ip',
      'remote-user',
      'remote_email',
      'proxy-authorization',
      'te',
    ])
      expect(headers).not.toHaveProperty(name);
  });

  it('passes on status, headers and cookies of the answer, but not what is for one connection', async () => {
    house.content.answer = (_request, response) =>
      void response
        .writeHead(206, {
          'content-range': 'bytes 0-3/10',
          etag: '"e"',
          'set-cookie': ['a=1', 'b=2'],
          'keep-alive': 'timeout=5',
          'x-hop': '1',
          connection: 'x-hop',
        })
        .end('once');
    const response = await fetch(house.url + BOOK);
    expect([response.status, await response.text()]).toEqual([206, 'once']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('etag')).toBe('"e"');
    expect(response.headers.get('x-hop')).toBeNull();
  });

  it('answers HEAD with the headers of GET, and 304 without a body', async () => {
    house.content.answer = (request, response) =>
      request.headers['if-none-match']
        ? void response.writeHead(304, { etag: '"e"' }).end()
        : void response.writeHead(200, { 'content-length': '5' }).end(request.method === 'HEAD' ? '' : 'pages');
    const head = await fetch(house.url + BOOK, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5', '']);
    const same = await fetch(house.url + BOOK, { headers: { 'if-none-match': '"e"' } });
    expect([same.status, await same.text()]).toEqual([304, '']);
  });

  it('streams a body up and an answer down without holding either', async () => {
    let received = 0;
    house.content.answer = (request, response) => {
      // each chunk is answered before the next is sent: only a stream can do that
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
        response.write(`${received};`);
      });
      request.on('end', () => response.end());
    };
    const request = sendRequest(`${house.url}/api/content/v1/imports`, {
      method: 'POST',
      headers: { ...(await signedIn()), 'content-type': 'multipart/form-data; boundary=x' },
    });
    request.write('a'.repeat(1000));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toBe('1000;');
    request.write('b'.repeat(1000));
    const [second] = (await once(response, 'data')) as [Buffer];
    expect(second.toString()).toBe('2000;');
    request.end();
    await text(response);
  });

  it('holds back a service whose reader is slow', async () => {
    let written = 0;
    house.content.answer = (_request, response) => {
      const push = (): void => {
        while (written < 200_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', push);
        }
        response.end();
      };
      push();
    };
    const { hostname, port } = new URL(house.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${BOOK} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    let last = -1;
    await eventually(async () => {
      const before = last;
      last = written;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(written).toBe(before);
    });
    // what lies in the buffers of three sockets, not the book
    expect(written).toBeLessThan(60_000_000);
    socket.destroy();
  });

  it('stops the service when the caller goes away, and the caller when the service breaks off', async () => {
    let gone = false;
    house.content.answer = (_request, response) => {
      response.write('begun');
      response.once('close', () => (gone = true));
    };
    const abort = new AbortController();
    const response = await fetch(house.url + BOOK, { signal: abort.signal });
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    await eventually(() => expect(gone).toBe(true));
    house.content.answer = (_request, answer) => {
      answer.writeHead(200, { 'content-length': '100' });
      answer.write('half', () => answer.destroy());
    };
    await expect(fetch(house.url + BOOK).then(async (half) => await half.text())).rejects.toThrow();
  });

  it('refuses a body that is larger than the contract allows, declared or not', async () => {
    const put = async (body: BodyInit, extra: object = {}): Promise<Response> =>
      await fetch(house.url + '/api/content/v1/books', {
        method: 'POST',
        headers: { authorization: `Bearer ${await house.user.tokenFor()}`, 'content-type': 'application/json' },
        body,
        ...extra,
      });
    const declared = await put('x'.repeat(1_100_000));
    expect([declared.status, await codeOf(declared)]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
    expect(house.content.seen).toEqual([]);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        if (sent > 30) controller.close();
        else controller.enqueue(new Uint8Array(100_000));
      },
    });
    const streamed = await put(endless, { duplex: 'half' });
    expect([streamed.status, await codeOf(streamed)]).toEqual([413, 'REQUEST_BODY_TOO_LARGE']);
    // this endpoint takes more
    const text2 = await fetch(house.url + TEXT, {
      method: 'PUT',
      headers: { ...(await signedIn()), 'content-type': 'text/markdown' },
      body: 'x'.repeat(1_100_000),
    });
    expect(text2.status).toBe(200);
  });

  it('tells that a service is slow, after the time that the contract gives it, and lets the others go on', async () => {
    house.content.answer = () => undefined;
    const hanging = fetch(house.url + BOOK);
    expect((await fetch(`${house.url}/assets/a.js`)).status).toBe(200);
    const response = await hanging;
    expect([response.status, await codeOf(response)]).toEqual([504, 'GATEWAY_SERVICE_SLOW']);
  });

  const smuggled: [string, string][] = [
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
    [
      'length and chunks',
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /internal HTTP/1.1\r\n\r\n',
    ],
    ['chunks and length', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n'],
    ['an unknown coding', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['two codings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
    ['a folded line', 'X-Folded: a\r\n b\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n'],
    ['a bare line feed', 'X-A: 1\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a negative length', 'Content-Length: -1\r\n\r\n'],
    ['a length in words', 'Content-Length: 5a\r\n\r\nhello'],
    ['a plus in the length', 'Content-Length: +5\r\n\r\nhello'],
    ['a huge chunk', 'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx'],
    ['a chunk with a bad end', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n'],
    ['a NUL in a header', 'X-A: a\0b\r\n\r\n'],
    ['a line feed in a value', 'X-A: a\rb\r\n\r\n'],
  ];
  it.each(smuggled)('lets no second request slip in by %s', async (_name, rest) => {
    const answer = await sendRaw(
      house.url,
      `POST /api/user/v1/sessions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(house.user.seen.map(({ url }) => url)).not.toContain('/internal');
  });

  it('answers what is no HTTP, and heads that are too large, in the shape of the house', async () => {
    expect(await sendRaw(house.url, 'HELO house\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"REQUEST_MALFORMED"/);
    const large = `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await sendRaw(house.url, large)).toMatch(/^HTTP\/1\.1 431 [\s\S]*"REQUEST_HEADERS_TOO_LARGE"/);
    const many = `GET / HTTP/1.1\r\nHost: x\r\n${'a:\r\n'.repeat(500)}\r\n`;
    expect(await sendRaw(house.url, many)).toMatch(/^HTTP\/1\.1 431 [\s\S]*"REQUEST_HEADERS_TOO_LARGE"/);
    expect(
      await sendRaw(house.url, `GET ${BOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`),
    ).toMatch(/^HTTP\/1\.1 400 [\s\S]*GET takes no body/);
  });
});

describe('a house of which a part is down', () => {
  let house: TestGateway;
  beforeAll(async () => {
    house = await startTestGateway();
  });
  afterAll(async () => await house?.stop());

  it('says which part does not answer, keeps the rest going, and heals by itself', async () => {
    const { port } = new URL(house.content.url);
    const headers = { authorization: `Bearer ${await house.user.tokenFor()}` };
    const read = async (): Promise<Response> => await fetch(`${house.url}/api/content/v1/books`, { headers });
    expect((await read()).status).toBe(200);
    await house.content.stop();
    for (let index = 0; index < 8; index += 1) {
      const response = await read();
      expect(response.status).toBe(503);
      const { error } = (await response.json()) as { error: { code: string; message: string; requestId: string } };
      expect(error.code).toBe('GATEWAY_SERVICE_DOWN');
      expect(error.message).toMatch(/^Content is not answering/);
      expect(error.requestId).toBe(response.headers.get('x-request-id'));
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await fetch(`${house.url}/api/editor/v1/x`, { headers })).status).toBe(200);
    }
    expect(await (await fetch(`${house.url}/metrics`)).text()).toMatch(/gateway_breakers_open\{[^}]*\} 1/);
    const again = await startUpstream();
    await again.stop();
    house.content.server.listen(Number(port), '127.0.0.1');
    await eventually(async () => expect((await read()).status).toBe(200));
    expect(await (await fetch(`${house.url}/metrics`)).text()).toMatch(/gateway_breakers_open\{[^}]*\} 0/);
  });

  it('never rests a service for what it refuses', async () => {
    house.content.answer = (_request, response) => void response.writeHead(404).end();
    for (let index = 0; index < 20; index += 1)
      expect((await fetch(`${house.url}/api/content/v1/public/books/none`)).status).toBe(404);
    house.content.answer = (_request, response) => void response.writeHead(500).end();
    for (let index = 0; index < 20; index += 1)
      expect((await fetch(`${house.url}/api/content/v1/public/books/none`)).status).toBe(500);
  });

  it('sends a reading request again when its connection broke, but never a writing one', async () => {
    let calls = 0;
    house.content.answer = (request, response) => {
      calls += 1;
      if (calls <= 2) request.socket.destroy();
      else response.end('there');
    };
    expect(await (await fetch(`${house.url}/api/content/v1/public/books/a`)).text()).toBe('there');
    expect(calls).toBe(3);
    calls = 1;
    const posted = await fetch(`${house.url}/api/content/v1/books`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await house.user.tokenFor()}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(posted.status).toBe(503);
    expect(calls).toBe(2);
  });

  it('sends a writing request again when no connection came about: none of it can have arrived', async () => {
    const { server } = house.content;
    const { port } = server.address() as AddressInfo;
    await house.content.stop();
    const before = house.content.seen.length;
    const posted = fetch(`${house.url}/api/content/v1/books`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await house.user.tokenFor()}`, 'content-type': 'application/json' },
      body: '{"title":"A"}',
    });
    // what replaces a pod is there a moment later
    await new Promise((resolve) => setTimeout(resolve, 120));
    server.listen(port, '127.0.0.1');
    expect((await posted).status).toBe(200);
    expect(house.content.seen.slice(before).map(({ method }) => method)).toEqual(['POST']);
  });

  it('shows a person a page instead of JSON', async () => {
    await house.web.stop();
    const response = await fetch(`${house.url}/books/frankenstein`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const html = await response.text();
    expect(html).toContain('Web is not answering');
    expect(html).toContain(String(response.headers.get('x-request-id')));
    expect(html).not.toMatch(/<script|https?:\/\//);
    const json = await fetch(`${house.url}/assets/a.js`);
    expect(await codeOf(json)).toBe('GATEWAY_SERVICE_DOWN');
  });
});
