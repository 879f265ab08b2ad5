import { randomUUID } from 'node:crypto';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, sendRaw, startTestGateway, type TestGateway } from './house.ts';

describe('the door', () => {
  let house: TestGateway;
  let address = 0;
  /** Each test comes from an address of its own, so that none uses up another's requests. */
  const from = (): Record<string, string> => ({ 'x-forwarded-for': `203.0.113.${(address += 1)}` });
  beforeAll(async () => {
    house = await startTestGateway({
      variables: { TRUSTED_PROXIES: '127.0.0.1', ACCOUNT_RATE_PER_MINUTE: '5', ADDRESS_RATE_PER_MINUTE: '3' },
    });
  });
  afterAll(async () => await house?.stop());

  const me = async (authorization: string | undefined, headers: Record<string, string> = from()): Promise<Response> =>
    await fetch(`${house.url}/api/user/v1/me`, {
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
    });

  it('turns away a request without the token that its address needs, before the service is bothered', async () => {
    house.user.seen.length = 0;
    const response = await me(undefined);
    expect([response.status, await codeOf(response)]).toEqual([401, 'AUTH_REQUIRED']);
    expect(house.user.seen).toEqual([]);
  });

  it.each(['Bearer nonsense', 'Basic bWFyeTpwdw==', 'Bearer a.b.c', 'Bearer ', 'Bearer \u00e9', 'Bearer x y'])(
    'turns away the bad token %j before the service is bothered',
    async (authorization) => {
      const response = await me(authorization);
      expect([response.status, await codeOf(response)]).toEqual([401, 'AUTH_TOKEN_INVALID']);
      expect(house.user.seen.filter(({ url }) => url === '/api/user/v1/me')).toEqual([]);
    },
  );

  it('turns away an expired token', async () => {
    expect((await me(`Bearer ${await house.user.tokenFor({ lifeSeconds: -60 })}`)).status).toBe(401);
  });

  it('lets a person with a stale token sign in again', async () => {
    const response = await fetch(`${house.url}/api/user/v1/sessions`, {
      method: 'POST',
      headers: { ...from(), authorization: 'Bearer stale', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(200);
  });

  it('turns away a session that was ended, from the moment on that the user service says so', async () => {
    const sessionId = randomUUID();
    const token = await house.user.tokenFor({ sessionId });
    expect((await me(`Bearer ${token}`)).status).toBe(200);
    const { password } = new URL(house.servers.redis.url);
    await sendRaw(house.servers.redis.url, `AUTH ${password}\r\nSET user:revoked:${sessionId} 1\r\n`, '+OK\r\n+OK\r\n');
    const response = await me(`Bearer ${token}`);
    expect([response.status, await codeOf(response)]).toEqual([401, 'AUTH_TOKEN_INVALID']);
  });

  it('trades a personal API token for an access token, once for many requests', async () => {
    house.user.apiTokens.set('aw_mine', randomUUID());
    const before = house.user.exchanges();
    const answers = await Promise.all([1, 2, 3].map(async () => await me('Bearer aw_mine')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(house.user.exchanges() - before).toBe(1);
    const forwarded = house.user.seen.findLast(({ url }) => url === '/api/user/v1/me')?.headers.authorization;
    expect(forwarded).toMatch(/^Bearer ey/);
  });

  it('remembers shortly that a personal API token is none', async () => {
    const before = house.user.exchanges();
    expect((await me('Bearer aw_nobodys')).status).toBe(401);
    expect((await me('Bearer aw_nobodys')).status).toBe(401);
    expect(house.user.exchanges() - before).toBe(1);
  });

  it('counts requests by account, wherever it comes from, and tells how many are left', async () => {
    const authorization = `Bearer ${await house.user.tokenFor()}`;
    const remaining: (string | null)[] = [];
    for (let index = 0; index < 5; index += 1) {
      const response = await me(authorization);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-ratelimit-limit')).toBe('5');
      remaining.push(response.headers.get('x-ratelimit-remaining'));
    }
    expect(remaining).toEqual(['4', '3', '2', '1', '0']);
    const refused = await me(authorization);
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(30);
    // somebody else goes on
    expect((await me(`Bearer ${await house.user.tokenFor()}`)).status).toBe(200);
  });

  it('counts strangers by address, guesses of tokens included, and a whole IPv6 /64 as one', async () => {
    const one = { 'x-forwarded-for': '2001:db8:7:7::1' };
    const other = { 'x-forwarded-for': '2001:db8:7:7:ffff::9' };
    expect((await me('Bearer guess1', one)).status).toBe(401);
    expect((await me('Bearer guess2', other)).status).toBe(401);
    expect((await me(undefined, one)).status).toBe(401);
    expect((await me('Bearer guess3', other)).status).toBe(429);
    expect((await me('Bearer guess4', { 'x-forwarded-for': '2001:db8:7:8::1' })).status).toBe(401);
  });

  it('limits an endpoint by its contract, whatever the spelling of its name', async () => {
    // 6 a minute is more than the general 5 here, so it counts by itself
    const authorization = `Bearer ${await house.user.tokenFor()}`;
    const verify = async (): Promise<Response> =>
      await fetch(`${house.url}/api/user/v1/email-verifications`, {
        method: 'POST',
        headers: { ...from(), authorization },
      });
    for (let index = 0; index < 6; index += 1) expect((await verify()).status).toBe(200);
    const refused = await verify();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ratelimit-limit')).toBe('6');
    // other endpoints have their own count
    expect((await me(authorization)).status).toBe(200);
  });

  it('does not count the files of the web', async () => {
    const stranger = from();
    for (let index = 0; index < 20; index += 1)
      expect((await fetch(`${house.url}/assets/${index}.js`, { headers: stranger })).status).toBe(200);
  });

  it('believes X-Forwarded-For only up to the first address that is no proxy of ours', async () => {
    const { headers } = await fetch(`${house.url}/api/user/v1/sign-in-methods`, {
      headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.200, 127.0.0.1' },
    });
    expect(headers.get('x-ratelimit-remaining')).toBe('2');
    expect(house.user.seen.at(-1)?.headers['x-forwarded-for']).toBe('203.0.113.200');
  });

  it('goes on counting by itself while Redis is away, and shares the limits again when it is back', async () => {
    const authorization = `Bearer ${await house.user.tokenFor()}`;
    process.kill(house.servers.redis.pid, 'SIGSTOP');
    try {
      for (let index = 0; index < 5; index += 1) expect((await me(authorization)).status).toBe(200);
      expect((await me(authorization)).status).toBe(429);
      expect(house.gateway.logged.some(({ msg }) => String(msg).startsWith('Redis is away: limits'))).toBe(true);
    } finally {
      process.kill(house.servers.redis.pid, 'SIGCONT');
    }
    await eventually(async () => {
      await me(`Bearer ${await house.user.tokenFor()}`);
      expect(house.gateway.logged.some(({ msg }) => msg === 'limits are shared again')).toBe(true);
    });
  });
});

describe('a busy caller', () => {
  it('is given requests in leases, but never more than the limit', async () => {
    const house = await startTestGateway({ variables: { ACCOUNT_RATE_PER_MINUTE: '300' } });
    try {
      const headers = { authorization: `Bearer ${await house.user.tokenFor()}` };
      const began = performance.now();
      const statuses: number[] = [];
      const ask = async (): Promise<void> => {
        for (let index = 0; index < 25; index += 1)
          statuses.push((await fetch(`${house.url}/api/content/v1/books`, { headers })).status);
      };
      await Promise.all(Array.from({ length: 16 }, ask));
      const passed = statuses.filter((status) => status === 200).length;
      const regained = ((performance.now() - began) / 60_000) * 300;
      expect(passed).toBeLessThanOrEqual(300 + regained + 1);
      expect(passed).toBeGreaterThan(280);
      expect(statuses.filter((status) => status === 429).length).toBe(400 - passed);
    } finally {
      await house.stop();
    }
  });
});

describe('a door whose Redis is gone', () => {
  it('still opens', async () => {
    const house = await startTestGateway();
    try {
      await house.servers.redis.stop();
      const response = await fetch(`${house.url}/api/user/v1/me`, {
        headers: { authorization: `Bearer ${await house.user.tokenFor()}` },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-ratelimit-limit')).toBe('1200');
    } finally {
      await house.stop();
    }
  });

  it('does not let a caller begin anew', async () => {
    const house = await startTestGateway({ variables: { ACCOUNT_RATE_PER_MINUTE: '5' } });
    try {
      const headers = { authorization: `Bearer ${await house.user.tokenFor()}` };
      const began = performance.now();
      const ask = async (): Promise<number> => (await fetch(`${house.url}/api/content/v1/books`, { headers })).status;
      const before = [await ask(), await ask(), await ask()];
      await house.servers.redis.stop();
      const after: number[] = [];
      for (let index = 0; index < 8; index += 1) after.push(await ask());
      const passed = [...before, ...after].filter((status) => status === 200).length;
      const regained = ((performance.now() - began) / 60_000) * 5;
      expect(passed).toBeGreaterThanOrEqual(5);
      expect(passed).toBeLessThanOrEqual(5 + regained + 1);
    } finally {
      await house.stop();
    }
  });

  it('keeps working with the keys it knows when the user service dies', async () => {
    const house = await startTestGateway();
    try {
      const headers = { authorization: `Bearer ${await house.user.tokenFor()}` };
      const second = { authorization: `Bearer ${await house.user.tokenFor()}` };
      expect((await fetch(`${house.url}/api/content/v1/books`, { headers })).status).toBe(200);
      await house.user.stop();
      expect((await fetch(`${house.url}/api/content/v1/books`, { headers: second })).status).toBe(200);
    } finally {
      await house.stop();
    }
  });
});
