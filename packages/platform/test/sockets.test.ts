import {
  type AccountId,
  type SessionId,
  type SocketAnswer,
  type SocketProblem,
  userEvents,
} from '@authorworks/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/ids.ts';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  type TestIssuer,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { NAMESPACE, PATH, salon, type SalonContext } from './socket-toy.ts';

describe('a socket service', () => {
  let servers: TestServers;
  let issuer: TestIssuer;
  let service: TestService;
  const open: Socket[] = [];

  beforeAll(async () => {
    servers = await startTestServers();
    issuer = await startTestIssuer();
    service = await start();
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  afterAll(async () => {
    await service?.close();
    await issuer?.stop();
    await servers?.stop();
  });

  const start = async (variables: Record<string, string> = {}): Promise<TestService> =>
    await startTestService(salon, servers, { neighbours: { user: issuer.url }, variables });

  const socketTo = (url: string, token: unknown, options: object = {}): Socket => {
    const socket = io(url + NAMESPACE, {
      path: PATH,
      auth: { token },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...options,
    });
    open.push(socket);
    return socket;
  };
  const connected = async (socket: Socket): Promise<Socket> =>
    await new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', reject);
    });
  const enter = async (url = service.url, account: Parameters<TestIssuer['tokenFor']>[0] = {}): Promise<Socket> =>
    await connected(socketTo(url, await issuer.tokenFor(account)));
  const refusalOf = async (socket: Socket): Promise<SocketProblem> =>
    await new Promise((resolve, reject) => {
      socket.once('connect_error', (error) => resolve((error as Error & { data: SocketProblem }).data));
      socket.once('connect', () => reject(new Error('was let in')));
    });
  const ask = async (socket: Socket, name: string, message: unknown = {}): Promise<SocketAnswer<unknown>> =>
    (await socket.timeout(20_000).emitWithAck(name, message)) as SocketAnswer<unknown>;
  const heard = async <T>(socket: Socket, name: string): Promise<T> =>
    await new Promise((resolve) => void socket.once(name, (message: T) => resolve(message)));
  const counted = async (metric: string): Promise<number> => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const line = text
      .split('\n')
      .find(
        (candidate) =>
          candidate.startsWith(metric.split(' ')[0] ?? '') && candidate.includes(metric.split(' ')[1] ?? ''),
      );
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  describe('at the door', () => {
    it('lets in who shows an access token, by WebSocket and by polling', async () => {
      expect(await ask(await enter(), 'say', { line: 'Good evening' })).toEqual({ ok: true, data: { by: 'Mary' } });
      const polling = await connected(socketTo(service.url, await issuer.tokenFor(), { transports: ['polling'] }));
      expect(await ask(polling, 'say', { line: 'Good evening' })).toEqual({ ok: true, data: { by: 'Mary' } });
    });

    it('refuses everybody else, and says why', async () => {
      expect(await refusalOf(socketTo(service.url, undefined))).toMatchObject({ code: 'AUTH_REQUIRED' });
      expect(await refusalOf(socketTo(service.url, { toString: 'x' }))).toMatchObject({ code: 'AUTH_REQUIRED' });
      expect(await refusalOf(socketTo(service.url, 'nonsense'))).toMatchObject({ code: 'AUTH_TOKEN_INVALID' });
      const old = await issuer.tokenFor({ lifetimeSeconds: -60 });
      expect(await refusalOf(socketTo(service.url, old))).toMatchObject({ code: 'AUTH_TOKEN_INVALID' });
    });

    it('has no other room than its own: the default namespace takes nobody', async () => {
      const token = await issuer.tokenFor();
      const socket = io(service.url, {
        path: PATH,
        auth: { token },
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      });
      open.push(socket);
      expect(await refusalOf(socket)).toMatchObject({ code: 'SOCKET_MESSAGE_UNKNOWN' });
    });

    it('makes one connection of a client that asks twice before it was answered', async () => {
      const socket = socketTo(service.url, await issuer.tokenFor(), { autoConnect: false });
      socket.connect();
      await eventually(() => expect(socket.io.engine.readyState).toBe('open'));
      const token = await issuer.tokenFor();
      const packet = `0${NAMESPACE},${JSON.stringify({ token })}`;
      socket.io.engine.write(packet);
      socket.io.engine.write(packet);
      await eventually(() => expect(socket.connected).toBe(true));
      const { sockets } = (service.context as SalonContext).salon;
      const ids = sockets?.connections().map(({ id }) => id) ?? [];
      expect(ids.filter((id) => id === socket.id)).toHaveLength(1);
      socket.disconnect();
      await eventually(() => expect(sockets?.connections()).toHaveLength(0));
    });

    it('limits the connections of one account, and does not count those that are gone', async () => {
      const small = await start({ SEATS: '2' });
      const accountId = newId<AccountId>();
      const [first] = [await enter(small.url, { accountId }), await enter(small.url, { accountId })];
      const third = await issuer.tokenFor({ accountId });
      expect(await refusalOf(socketTo(small.url, third))).toMatchObject({
        code: 'SOCKET_TOO_MANY_CONNECTIONS',
        retryAfterMs: 30_000,
      });
      first?.disconnect();
      await eventually(async () => await connected(socketTo(small.url, third)));
      await small.close();
    });

    it('limits those of one address that do not say who they are', async () => {
      const small = await start({ STRANGERS: '5' });
      const handshake = async (address: string): Promise<number> =>
        (await fetch(`${small.url}${PATH}/?EIO=4&transport=polling`, { headers: { 'x-forwarded-for': address } }))
          .status;
      const answers = [];
      for (let index = 0; index < 8; index += 1) answers.push(await handshake('203.0.113.7'));
      expect(answers).toEqual([200, 200, 200, 200, 200, 403, 403, 403]);
      expect(await handshake('203.0.113.8')).toBe(200);
      await small.close();
    });
  });

  describe('with messages', () => {
    it('checks each against its contract and names what is wrong', async () => {
      const socket = await enter();
      expect(await ask(socket, 'say', { line: '' })).toMatchObject({ ok: false, error: { code: 'REQUEST_INVALID' } });
      expect(await ask(socket, 'say', null)).toMatchObject({ ok: false, error: { code: 'REQUEST_INVALID' } });
      expect(await ask(socket, 'sing', { line: 'La' })).toMatchObject({
        ok: false,
        error: { code: 'SOCKET_MESSAGE_UNKNOWN' },
      });
      expect(await ask(socket, 'refuse')).toEqual({
        ok: false,
        error: { code: 'SALON_FULL', message: 'The salon is full.', retryAfterMs: 250 },
      });
    });

    it('says nothing of what broke inside, and goes on', async () => {
      const socket = await enter();
      const answer = await ask(socket, 'break');
      expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
      expect(JSON.stringify(answer)).not.toContain('12345');
      expect(service.logged.some((line) => line['msg'] === 'message failed')).toBe(true);
      expect(await ask(socket, 'say', { line: 'I am still here' })).toMatchObject({ ok: true });
    });

    it('sends to a room, without the one who spoke', async () => {
      const [mary, percy] = [await enter(), await enter()];
      const atPercy = heard(percy, 'said');
      let atMary = 0;
      mary.on('said', () => (atMary += 1));
      await ask(mary, 'say', { line: 'It was on a dreary night' });
      expect(await atPercy).toEqual({ line: 'It was on a dreary night' });
      expect(atMary).toBe(0);
    });

    it('reaches rooms over replicas where Redis is given', async () => {
      const replicas = [await start({ SHARED: 'true' }), await start({ SHARED: 'true' })] as const;
      const [mary, percy] = [await enter(replicas[0].url), await enter(replicas[1].url)];
      const lines: string[] = [];
      percy.on('said', ({ line }: { line: string }) => lines.push(line));
      await eventually(async () => {
        await ask(mary, 'say', { line: 'Across the lake' });
        expect(lines).toContain('Across the lake');
      });
      for (const replica of replicas) await replica.close();
    });

    it('tells who asks too often when to come again', async () => {
      const socket = await enter();
      const answers = await Promise.all(Array.from({ length: 6 }, async () => await ask(socket, 'knock')));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
      const refused = answers.find(({ ok }) => !ok) as { error: SocketProblem };
      expect(refused.error.code).toBe('SOCKET_TOO_FAST');
      expect(refused.error.retryAfterMs).toBeGreaterThan(0);
    });
  });

  describe('over time', () => {
    it('cuts a connection whose token has ended, and says so', async () => {
      const socket = await enter(service.url, { lifetimeSeconds: -3 });
      const ended = heard<SocketProblem>(socket, 'ended');
      const gone = heard(socket, 'disconnect');
      expect(await ended).toMatchObject({ code: 'AUTH_TOKEN_EXPIRED', retryAfterMs: 0 });
      await gone;
    });

    it('keeps a connection that hands in a fresh token of the same account', async () => {
      const accountId = newId<AccountId>();
      const socket = await enter(service.url, { accountId, lifetimeSeconds: -2 });
      const witness = await enter(service.url, { lifetimeSeconds: -2 });
      const expired = heard(witness, 'disconnect');
      const token = await issuer.tokenFor({ accountId });
      expect(await ask(socket, 'renew', { token })).toMatchObject({ ok: true });
      await expired;
      expect(await ask(socket, 'say', { line: 'Still here' })).toMatchObject({ ok: true });
    });

    it("takes no other person's token, and no nonsense, for a renewal", async () => {
      const socket = await enter();
      const other = await issuer.tokenFor();
      expect(await ask(socket, 'renew', { token: other })).toMatchObject({ error: { code: 'AUTH_TOKEN_INVALID' } });
      expect(await ask(socket, 'renew', { token: 'x' })).toMatchObject({ error: { code: 'AUTH_TOKEN_INVALID' } });
    });

    it('cuts the connections of an ended session on every replica and takes its token no more', async () => {
      const second = await start();
      const [accountId, sessionId] = [newId<AccountId>(), newId<SessionId>()];
      const token = await issuer.tokenFor({ accountId, sessionId });
      const mine = [await connected(socketTo(service.url, token)), await connected(socketTo(second.url, token))];
      const other = await enter(service.url, { accountId });
      const ended = Promise.all(mine.map(async (socket) => await heard<SocketProblem>(socket, 'ended')));
      const { redis } = service.context as SalonContext;
      const envelope = {
        meta: {
          id: newId(),
          type: userEvents.sessionRevoked.type,
          version: 1,
          timestamp: new Date().toISOString(),
          correlationId: 'a test',
          source: 'user',
        },
        data: { accountId, sessionId, reason: 'ended' },
      };
      await redis.commands.xadd('user:events', '*', 'envelope', JSON.stringify(envelope));
      for (const problem of await ended) expect(problem).toMatchObject({ code: 'AUTH_SESSION_ENDED' });
      expect(await refusalOf(socketTo(service.url, token))).toMatchObject({ code: 'AUTH_SESSION_ENDED' });
      expect(await ask(other, 'say', { line: 'Another session of mine' })).toMatchObject({ ok: true });
      await second.close();
      const third = await start();
      await eventually(async () =>
        expect(await refusalOf(socketTo(third.url, token))).toMatchObject({ code: 'AUTH_SESSION_ENDED' }),
      );
      await third.close();
    });

    it('sends its clients to the other house when people reach only that, and late ones after them', async () => {
      const state = await mkdtemp(join(tmpdir(), 'authorworks-state-'));
      const say = async (open: string): Promise<void> => await writeFile(join(state, 'open'), open);
      await say('blue,green');
      const blue = await start({ COLOUR: 'blue', HOUSE_STATE_DIRECTORY: state });
      const green = await start({ COLOUR: 'green', HOUSE_STATE_DIRECTORY: state });
      const [moved, stays] = [await enter(blue.url), await enter(green.url)];
      const toldToStay: unknown[] = [];
      stays.on('draining', (message) => toldToStay.push(message));
      const first = heard<{ reconnectAfterMs: number }>(moved, 'draining');
      await say('green');
      expect((await first).reconnectAfterMs).toBeGreaterThanOrEqual(0);
      const late = await enter(blue.url);
      await heard(late, 'draining');
      expect(late.connected).toBe(true);
      expect(toldToStay).toEqual([]);
      await Promise.all([blue.close(), green.close()]);
      await rm(state, { recursive: true });
    });

    it('tells clients that it goes, takes no new ones, and ends', async () => {
      const leaving = await start();
      const socket = await enter(leaving.url);
      const draining = heard<{ reconnectAfterMs: number }>(socket, 'draining');
      const gone = heard(socket, 'disconnect');
      const closing = leaving.close();
      expect((await draining).reconnectAfterMs).toBeGreaterThanOrEqual(0);
      await gone;
      await closing;
    });
  });

  describe('under attack', () => {
    it('slows a flood down without losing a message of it, while others are served', async () => {
      const [flooder, honest] = [await enter(), await enter()];
      const flood = Promise.all(
        Array.from({ length: 3_000 }, async (_, index) => await ask(flooder, 'say', { line: `flood ${index}` })),
      );
      for (let index = 0; index < 20; index += 1)
        expect(await ask(honest, 'say', { line: 'Excuse me' })).toMatchObject({ ok: true });
      expect((await flood).every(({ ok }) => ok)).toBe(true);
      expect(await counted('socket_floods_total what="paused"')).toBeGreaterThan(0);
    });

    it('ends a connection whose message is too large, and only that', async () => {
      const [rude, honest] = [await enter(), await enter()];
      const gone = heard(rude, 'disconnect');
      rude.emit('say', { line: 'x'.repeat(5_000_000) });
      await gone;
      expect(await ask(honest, 'say', { line: 'Well' })).toMatchObject({ ok: true });
    });

    it('cuts a poll that carries a hundred thousand packets in one body', async () => {
      const address = `${service.url}${PATH}/?EIO=4&transport=polling`;
      const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1)) as { sid: string };
      await fetch(`${address}&sid=${sid}`, { method: 'POST', body: '6\u001e'.repeat(50_000) }).catch(() => undefined);
      expect(await counted('socket_floods_total what="cut"')).toBeGreaterThan(0);
      expect((await fetch(`${address}&sid=${sid}`)).status).toBe(400);
    });

    it('survives garbage: text, bytes, and packets with attachments that never come', async () => {
      for (const garbage of [
        '999',
        `2${NAMESPACE},["say"`,
        `2${NAMESPACE},["__proto__",{}]`,
        `451000-${NAMESPACE},["say"]`,
        'x'.repeat(1000),
      ]) {
        const socket = await enter();
        socket.io.engine.write(garbage);
      }
      const binary = await enter();
      binary.io.engine.write(Buffer.from([0, 255, 1, 2]));
      const honest = await enter();
      expect(await ask(honest, 'say', { line: 'And yet' })).toMatchObject({ ok: true });
    });

    it('cuts a reader who lets its messages pile up', async () => {
      const slow = await enter();
      const gone = heard(slow, 'disconnect');
      const tcp = (slow.io.engine.transport as unknown as { ws: { pause: () => void; resume: () => void } }).ws;
      tcp.pause();
      const { sockets } = (service.context as SalonContext).salon;
      for (let index = 0; index < 300; index += 1) sockets?.send('salon', 'said', { line: 'x'.repeat(100_000) });
      await eventually(async () => expect(await counted('socket_cut_total SOCKET_TOO_SLOW')).toBeGreaterThan(0));
      tcp.resume();
      await gone;
    });
  });
});
