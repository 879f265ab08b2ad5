import { startRedis, findRedis } from '@authorworks/servers';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceLabelOf } from '../src/session/device-label.ts';
import {
  type Answer,
  callTo,
  DAY,
  MINUTE,
  movableClock,
  PASSWORD,
  type Person,
  startAnother,
  startUser,
  type TestUser,
  v1,
} from './kit.ts';

const clock = movableClock();
let house: TestUser;
beforeAll(async () => {
  house = await startUser({ clock });
});
afterAll(async () => await house?.stop());

const refresh = async (refreshToken: string, headers: Record<string, string> = {}): Promise<Answer> =>
  await house.call(`${v1}/sessions/refresh`, { body: { refreshToken }, headers });
const nextOf = (answer: Answer): string => String(answer.data['refreshToken']);
const revokedKey = async (sessionId: string): Promise<number> =>
  await house.context.redis.commands.pttl(`user:revoked:${sessionId}`);
/** Requests that the service is answering now, as it counts them itself. */
const openRequests = async (): Promise<number> => {
  const { values } = await house.service.metrics.httpOpen.get();
  return values[0]?.value ?? -1;
};
const reasonOf = async (sessionId: string): Promise<unknown> =>
  (await house.events('user.session.revoked')).find(({ data }) => data['sessionId'] === sessionId)?.data['reason'];

describe('a refresh token', () => {
  it('is traded for new tokens of the same session', async () => {
    const mary = await house.signUp();
    const answer = await refresh(mary.refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ sessionId: mary.sessionId, expiresInSeconds: 900 });
    expect(nextOf(answer)).not.toBe(mary.refreshToken);
    expect(await house.as(String(answer.data['accessToken'])).readAccount()).toMatchObject({ id: mary.id });
  });

  it('is not kept anywhere as it is', async () => {
    const mary = await house.signUp();
    const next = nextOf(await refresh(mary.refreshToken));
    const [row] = await house.context.postgres.sql.query('SELECT * FROM session WHERE id = $1::uuid', [mary.sessionId]);
    const kept = JSON.stringify(row);
    for (const part of [...mary.refreshToken.split('.'), ...next.split('.')]) expect(kept).not.toContain(part);
  });

  it('that comes twice ends the session, for the thief and for the owner', async () => {
    const mary = await house.signUp();
    const first = await refresh(mary.refreshToken);
    expect(await refresh(mary.refreshToken)).toMatchObject({ status: 401, code: 'USER_REFRESH_REUSED' });
    expect(await refresh(nextOf(first))).toMatchObject({ status: 401, code: 'USER_REFRESH_REUSED' });
    const token = String(first.data['accessToken']);
    expect(await house.call(`${v1}/me`, { token })).toMatchObject({ status: 401, code: 'AUTH_TOKEN_INVALID' });
    expect(await revokedKey(mary.sessionId)).toBeGreaterThan(15 * MINUTE - 1_000);
    expect(await reasonOf(mary.sessionId)).toBe('refresh-reused');
  });

  it('of long ago ends the session as well', async () => {
    const mary = await house.signUp();
    let current = mary.refreshToken;
    for (let index = 0; index < 5; index += 1) current = nextOf(await refresh(current));
    expect(await refresh(mary.refreshToken)).toMatchObject({ code: 'USER_REFRESH_REUSED' });
    expect(await refresh(current)).toMatchObject({ code: 'USER_REFRESH_REUSED' });
  });

  it('that two tabs send at the same moment gives both the same next one', async () => {
    const mary = await house.signUp();
    const answers = await Promise.all(Array.from({ length: 8 }, async () => await refresh(mary.refreshToken)));
    // those that came after the first was answered are reuses; none of them may have a line of tokens of its own
    const given = new Set(answers.filter(({ status }) => status === 200).map(nextOf));
    expect(given.size).toBe(1);
  });

  it('can be sent again by a client that lost the answer and says so with its Idempotency-Key', async () => {
    const mary = await house.signUp();
    const headers = { 'idempotency-key': 'a-key-of-this-one-request' };
    const first = await refresh(mary.refreshToken, headers);
    const again = await refresh(mary.refreshToken, headers);
    expect(again.status).toBe(200);
    expect(nextOf(again)).toBe(nextOf(first));
    expect((await refresh(nextOf(again))).status).toBe(200);
    expect(await refresh(mary.refreshToken, headers)).toMatchObject({ code: 'USER_REFRESH_REUSED' });
  });

  it.each([
    ['without the key', 'a-key-of-this-one-request', undefined],
    ['with another key', 'a-key-of-this-one-request', 'the-key-of-another-request'],
    ['with a key that anybody could guess', '1', '1'],
  ])('is a reuse when it comes again %s', async (_, first, second) => {
    const mary = await house.signUp();
    await refresh(mary.refreshToken, { 'idempotency-key': first });
    const answer = await refresh(mary.refreshToken, second === undefined ? {} : { 'idempotency-key': second });
    expect(answer).toMatchObject({ code: 'USER_REFRESH_REUSED' });
  });

  it('is a reuse ten seconds after the answer, whatever the client says', async () => {
    const mary = await house.signUp();
    const headers = { 'idempotency-key': 'a-key-of-this-one-request' };
    await refresh(mary.refreshToken, headers);
    clock.move(11_000);
    expect(await refresh(mary.refreshToken, headers)).toMatchObject({ code: 'USER_REFRESH_REUSED' });
  });

  it('can be sent again when the connection broke before the answer had left', async () => {
    const mary = await house.signUp();
    const { sql, transaction } = house.context.postgres;
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"session"%'`;
    const gone = new AbortController();
    // the row is held, so that the caller can go while the token is being traded
    await transaction(async (held) => {
      await held.query('SELECT 1 FROM session WHERE id = $1::uuid FOR UPDATE', [mary.sessionId]);
      const lost = fetch(`${house.service.url}${v1}/sessions/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken: mary.refreshToken }),
        signal: gone.signal,
      }).catch(() => undefined);
      await eventually(async () => expect(await sql.query(waiting)).toHaveLength(1));
      gone.abort();
      await lost;
      // closed on our side is not yet noticed on the other
      await eventually(async () => expect(await openRequests()).toBe(0));
    });
    await eventually(async () => {
      const rows = await sql.query('SELECT answer_lost FROM session WHERE id = $1::uuid', [mary.sessionId]);
      expect(rows).toEqual([{ answer_lost: true }]);
    });
    const again = await refresh(mary.refreshToken);
    expect(again.status).toBe(200);
    expect((await refresh(nextOf(again))).status).toBe(200);
    expect(await refresh(mary.refreshToken)).toMatchObject({ code: 'USER_REFRESH_REUSED' });
  });

  it.each([
    ['nothing', ''],
    ['not a token', 'x'.repeat(400)],
    ['a token of nobody', `${'a'.repeat(22)}.${'b'.repeat(43)}`],
    ['SQL', "' OR 1=1 --"],
  ])('that is %s is refused', async (_, token) => {
    expect(await refresh(token)).toMatchObject({ status: 401, code: 'USER_REFRESH_INVALID' });
  });

  it('with a known family and a made-up secret ends that family', async () => {
    const mary = await house.signUp();
    const [family = ''] = mary.refreshToken.split('.');
    expect(await refresh(`${family}.${'b'.repeat(43)}`)).toMatchObject({ code: 'USER_REFRESH_REUSED' });
  });

  it('is missed in an empty request', async () => {
    expect(await house.call(`${v1}/sessions/refresh`, { body: {} })).toMatchObject({
      status: 401,
      code: 'USER_REFRESH_INVALID',
    });
    expect(await house.call(`${v1}/sessions/refresh`, { method: 'POST' })).toMatchObject({ status: 400 });
  });

  it('lives for 30 days from its last use', async () => {
    const mary = await house.signUp();
    clock.move(29 * DAY);
    const answer = await refresh(mary.refreshToken);
    expect(answer.status).toBe(200);
    clock.move(29 * DAY);
    const next = await refresh(nextOf(answer));
    expect(next.status).toBe(200);
    clock.move(31 * DAY);
    expect(await refresh(nextOf(next))).toMatchObject({ status: 401, code: 'USER_REFRESH_INVALID' });
  });
});

describe('a clock that is set', () => {
  it('forwards ends access tokens early; back does not bring spent or revoked ones to life', async () => {
    const mary = await house.signUp();
    const percy = await house.signUp('Percy');
    const next = await refresh(percy.refreshToken);
    await mary.user.endCurrentSession();
    clock.move(60 * MINUTE);
    expect(await house.call(`${v1}/me`, { token: percy.accessToken })).toMatchObject({ status: 401 });
    clock.move(-120 * MINUTE);
    expect(await house.call(`${v1}/me`, { token: mary.accessToken })).toMatchObject({ status: 401 });
    expect(await refresh(mary.refreshToken)).toMatchObject({ status: 401, code: 'USER_REFRESH_INVALID' });
    expect(await refresh(percy.refreshToken)).toMatchObject({ status: 401, code: 'USER_REFRESH_REUSED' });
    expect(await refresh(nextOf(next))).toMatchObject({ status: 401, code: 'USER_REFRESH_REUSED' });
    clock.move(60 * MINUTE);
    expect((await house.signIn(percy.email)).accessToken).toBeTruthy();
  });
});

describe('the refresh token as a cookie', () => {
  const signIn = async (house: TestUser, email: string): Promise<Answer> =>
    await house.call(`${v1}/sessions`, { body: { email, password: PASSWORD, transport: 'cookie' } });
  const cookieOf = (answer: Answer): string => (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const withCookie = async (cookie: string, headers: Record<string, string> = {}): Promise<Answer> =>
    await house.call(`${v1}/sessions/refresh`, { body: {}, headers: { cookie, ...headers } });

  it('is out of reach of scripts and other sites, and not in the body', async () => {
    const mary = await house.signUp();
    const answer = await signIn(house, mary.email);
    expect(answer.data).toMatchObject({ refreshToken: null });
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^aw-refresh=[\w-]{22}\.[\w-]{43}; Path=\/api\/user\/v1\/sessions; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is Secure, by name as well, where the house is reached by https', async () => {
    const secure = await startAnother(house, { variables: { PUBLIC_URL: 'https://books.example' } });
    const mary = await secure.signUp();
    const [cookie] = (await signIn(secure, mary.email)).headers.getSetCookie();
    expect(cookie).toMatch(/^__Secure-aw-refresh=.*; HttpOnly; SameSite=Strict; Secure$/);
    await secure.service.close();
  });

  it('is traded for the next cookie', async () => {
    const mary = await house.signUp();
    const first = cookieOf(await signIn(house, mary.email));
    const answer = await withCookie(`theme=dark; ${first}; other=1`, { 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    expect(answer.data['refreshToken']).toBeNull();
    expect(cookieOf(answer)).not.toBe(first);
    expect((await withCookie(cookieOf(answer))).status).toBe(200);
  });

  it.each(['cross-site', 'same-site'])('does not count when a page of another origin sends it (%s)', async (site) => {
    const mary = await house.signUp();
    const cookie = cookieOf(await signIn(house, mary.email));
    expect(await withCookie(cookie, { 'sec-fetch-site': site })).toMatchObject({ status: 401 });
    expect((await withCookie(cookie, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('is taken away when it is of no use, and at sign-out', async () => {
    const gone = /^aw-refresh=; .*Max-Age=0/;
    const answer = await withCookie(`aw-refresh=${'a'.repeat(22)}.${'b'.repeat(43)}`);
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()[0]).toMatch(gone);
    const mary = await house.signUp();
    const signedIn = await signIn(house, mary.email);
    const out = await house.call(`${v1}/sessions/current`, {
      method: 'DELETE',
      token: String(signedIn.data['accessToken']),
    });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toMatch(gone);
    expect(await withCookie(cookieOf(signedIn))).toMatchObject({ status: 401 });
  });
});

describe('the list of sessions', () => {
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  it('tells where an account is signed in, newest first, page by page', async () => {
    const mary = await house.signUp();
    await house.call(`${v1}/sessions`, {
      body: { email: mary.email, password: PASSWORD },
      headers: { 'user-agent': userAgent },
      from: '203.0.113.9',
    });
    const first = await mary.user.listSessions({ query: { limit: 1 } });
    expect(first.data).toMatchObject([
      { current: false, device: 'Firefox on Linux', ipAddress: '203.0.113.9', method: 'password' },
    ]);
    const second = await mary.user.listSessions({ query: { limit: 1, cursor: first.pagination.nextCursor ?? '' } });
    expect(second.data).toMatchObject([{ id: mary.sessionId, current: true }]);
    expect(second.pagination.nextCursor).toBeNull();
    await expect(mary.user.listSessions({ query: { cursor: 'nonsense' } })).rejects.toMatchObject({
      status: 400,
      fields: [{ path: 'query.cursor' }],
    });
  });

  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari on Mac',
    ],
    ['curl/8.10.0', 'curl'],
    ['<script>alert(1)</script>', 'A program'],
    [undefined, 'Unknown device'],
  ])('names the device of %s', (agent, label) => expect(deviceLabelOf(agent)).toBe(label));
});

describe('ending sessions', () => {
  const expectEnded = async ({
    accessToken,
    refreshToken,
    sessionId,
  }: Pick<Person, 'accessToken' | 'refreshToken' | 'sessionId'>) => {
    expect(await house.call(`${v1}/me`, { token: accessToken })).toMatchObject({ status: 401 });
    expect(await refresh(refreshToken)).toMatchObject({ status: 401, code: 'USER_REFRESH_INVALID' });
    expect(await revokedKey(sessionId)).toBeGreaterThan(15 * MINUTE - 5_000);
  };

  it('ends one of them, and says nothing of those of others', async () => {
    const mary = await house.signUp();
    const phone = await house.signIn(mary.email);
    const percy = await house.signUp('Percy');
    await expect(percy.user.endSession({ params: { sessionId: phone.sessionId } })).rejects.toMatchObject({
      status: 404,
      code: 'USER_SESSION_NOT_FOUND',
    });
    await mary.user.endSession({ params: { sessionId: phone.sessionId } });
    await expectEnded(phone);
    expect(await reasonOf(phone.sessionId)).toBe('ended');
    await expect(mary.user.endSession({ params: { sessionId: phone.sessionId } })).rejects.toMatchObject({
      status: 404,
    });
    expect(await mary.user.readAccount()).toMatchObject({ id: mary.id });
  });

  it('ends all but this one', async () => {
    const mary = await house.signUp();
    const others = [await house.signIn(mary.email), await house.signIn(mary.email)];
    await mary.user.endOtherSessions();
    await mary.user.endOtherSessions();
    for (const other of others) await expectEnded(other);
    expect((await mary.user.listSessions({})).data).toHaveLength(1);
  });

  it('ends this one', async () => {
    const mary = await house.signUp();
    await mary.user.endCurrentSession();
    await expectEnded(mary);
    expect(await reasonOf(mary.sessionId)).toBe('signed-out');
  });
});

describe('when Redis', () => {
  it('loses its data, it is told of revoked sessions again', async () => {
    const mary = await house.signUp();
    await mary.user.endCurrentSession();
    expect(await revokedKey(mary.sessionId)).toBeGreaterThan(0);
    await house.context.redis.commands.flushall();
    await eventually(async () => expect(await revokedKey(mary.sessionId)).toBeGreaterThan(14 * MINUTE));
  });

  it('is killed, people sign in, refresh and sign out all the same, and it hears of it when it is back', async () => {
    const other = await startUser();
    const mary = await other.signUp();
    const { port } = other.servers.redis;
    process.kill(other.servers.redis.pid, 'SIGKILL');
    await other.servers.redis.ended;
    const again = await other.signIn(mary.email);
    expect(await again.user.readAccount()).toMatchObject({ id: mary.id });
    const call = callTo(other.service.url);
    expect((await call(`${v1}/sessions/refresh`, { body: { refreshToken: again.refreshToken } })).status).toBe(200);
    await mary.user.endCurrentSession();
    expect((await call(`${v1}/me`, { token: mary.accessToken })).status).toBe(401);
    const body = { email: 'new@books.example', password: PASSWORD, name: 'New' };
    expect((await call(`${v1}/accounts`, { body })).status).toBe(201);
    // oxlint-disable-next-line node/no-process-env -- tests look for programs where the person would
    const binary = findRedis(process.env['PATH'] ?? '') ?? '';
    const back = await startRedis({ directory: `${other.servers.directory}/redis`, binary, port });
    const key = `user:revoked:${mary.sessionId}`;
    await eventually(async () => expect(await other.context.redis.commands.pttl(key)).toBeGreaterThan(14 * MINUTE));
    // and the mail of the new account, whose job could not be dispatched before
    await other.mailsTo('new@books.example');
    await other.service.close();
    await back.stop();
    await other.servers.stop();
  });
});
