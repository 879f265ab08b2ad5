import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '@authorworks/platform/testing';
import { Server as SocketServer } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw, startTestGateway, type TestGateway } from './house.ts';

const PATH = '/api/editor/socket';

const upgrade = (extra: readonly string[] = [], path = `${PATH}/?EIO=4&transport=websocket`): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: books.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...extra,
    '',
    '',
  ].join('\r\n');

describe('sockets through the gateway', () => {
  let house: TestGateway;
  let http: Server;
  let editor: SocketServer;
  beforeAll(async () => {
    http = createServer();
    editor = new SocketServer(http, { path: PATH, maxHttpBufferSize: 20_000_000 });
    editor.of('/editor').on('connection', (socket) => {
      socket.on('echo', (bytes: Buffer, answer: (bytes: Buffer) => void) => answer(bytes));
      socket.on('whence', (answer: (address: unknown) => void) => answer(socket.handshake.headers['x-forwarded-for']));
    });
    await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
    house = await startTestGateway({
      neighbours: { editor: `http://127.0.0.1:${(http.address() as AddressInfo).port}` },
      variables: { SOCKETS_PER_ADDRESS: '4', CORS_ORIGINS: 'https://app.example', PUBLIC_URL: 'https://house.example' },
    });
  });
  afterAll(async () => {
    await editor?.close();
    await house?.stop();
  });

  const open = async (transports: string[]): Promise<ReturnType<typeof io>> => {
    const client = io(`${house.url}/editor`, { path: PATH, transports, reconnection: false, forceNew: true });
    await new Promise<void>((resolve, reject) => {
      client.once('connect', resolve);
      client.once('connect_error', reject);
    });
    return client;
  };

  it.each([[['websocket']], [['polling']], [['polling', 'websocket']]])('carry socket.io by %j', async (transports) => {
    const client = await open(transports);
    const bytes = Buffer.alloc(3_000_000, 7);
    const back = (await client.timeout(15_000).emitWithAck('echo', bytes)) as Buffer;
    expect(Buffer.from(back).equals(bytes)).toBe(true);
    expect(await client.timeout(15_000).emitWithAck('whence')).toBe('127.0.0.1');
    client.disconnect();
  });

  it('open only where the table says so', async () => {
    const answer = await sendRaw(house.url, upgrade([], '/api/content/v1/books'));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(await sendRaw(house.url, upgrade([], '/api/editor/other'))).toMatch(
      /^HTTP\/1\.1 404 [\s\S]*ROUTE_NOT_FOUND/,
    );
    expect(await sendRaw(house.url, upgrade([], '/books'))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await sendRaw(house.url, upgrade([], '/internal/editor/v1/texts'))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await sendRaw(house.url, upgrade([], '/api/messaging/socket'))).toMatch(/GATEWAY_SERVICE_PLANNED/);
    expect(await sendRaw(house.url, upgrade([], '/api/editor/socket/../../../internal'))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(house.url, upgrade(['Authorization: Bearer nonsense']))).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('open for pages of the house and of named origins only', async () => {
    const from = async (origin: string): Promise<string> =>
      (await sendRaw(house.url, upgrade([`Origin: ${origin}`]), '\r\n\r\n')).slice(0, 12);
    expect(await from('https://evil.example')).toBe('HTTP/1.1 403');
    expect(await from('null')).toBe('HTTP/1.1 403');
    expect(await from('http://books.example')).toBe('HTTP/1.1 101');
    expect(await from('https://house.example')).toBe('HTTP/1.1 101');
    expect(await from('https://app.example')).toBe('HTTP/1.1 101');
  });

  it('pass on the refusal of the service', async () => {
    const own = await startTestGateway();
    try {
      own.editor.answer = (_request, response) => void response.writeHead(403, { 'x-why': 'full' }).end('no place');
      expect(await sendRaw(own.url, upgrade())).toMatch(
        /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*x-why: full[\s\S]*no place/,
      );
    } finally {
      await own.stop();
    }
  });

  it('are limited for one address, and free again when they close', async () => {
    const { hostname, port } = new URL(house.url);
    const held: Socket[] = [];
    const hold = async (): Promise<string> =>
      await new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(upgrade()));
        held.push(socket);
        socket.once('data', (chunk) => resolve(chunk.toString().slice(0, 12)));
      });
    await eventually(async () => {
      expect(await (await fetch(`${house.url}/metrics`)).text()).toMatch(/gateway_sockets_open\{[^}]*\} 0/);
    });
    for (let index = 0; index < 4; index += 1) expect(await hold()).toBe('HTTP/1.1 101');
    expect(await hold()).toBe('HTTP/1.1 429');
    for (const socket of held) socket.destroy();
    await eventually(async () => {
      const client = await open(['websocket']);
      client.disconnect();
    });
  });

  it('end when the gateway closes, which waits for nobody', async () => {
    const own = await startTestGateway({
      neighbours: { editor: `http://127.0.0.1:${(http.address() as AddressInfo).port}` },
    });
    const client = io(`${own.url}/editor`, { path: PATH, transports: ['websocket'], reconnection: false });
    await new Promise<void>((resolve) => void client.once('connect', resolve));
    const ended = new Promise<void>((resolve) => void client.once('disconnect', () => resolve()));
    await own.stop();
    await ended;
  });

  it('tell that the editor is down', async () => {
    const own = await startTestGateway();
    try {
      await own.editor.stop();
      expect(await sendRaw(own.url, upgrade())).toMatch(/^HTTP\/1\.1 503 [\s\S]*GATEWAY_SERVICE_DOWN/);
    } finally {
      await own.stop();
    }
  });
});
