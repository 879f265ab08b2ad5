import { remoteKeys, verifyAccessToken } from '@authorworks/platform';
import { startTestServers, type TestServers } from '@authorworks/platform/testing';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MINUTE, startAnother, type TestUser, v1 } from './kit.ts';

const TOKEN_MINUTES = 15;

/** Another service of the house: it checks tokens with the keys that it has fetched, and keeps. */
const neighbourOf = (house: TestUser) => {
  const keys = remoteKeys(() => house.service.url);
  /** @returns the code of the refusal, or undefined. */
  return async (token: string): Promise<string | undefined> => {
    try {
      await verifyAccessToken(token, keys, new Date());
      return undefined;
    } catch (error) {
      return (error as { definition?: { code: string } }).definition?.code ?? String(error);
    }
  };
};
const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';
const kidsOf = async (house: TestUser): Promise<string[]> => {
  const { keys } = JSON.parse((await house.call(`${v1}/jwks`)).text) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};

describe('while the signing keys rotate', () => {
  let servers: TestServers;
  const houses: TestUser[] = [];
  const open = async (variables: Record<string, string> = {}): Promise<TestUser> => {
    const house = await startAnother({ servers }, { variables });
    houses.push(house);
    return house;
  };
  beforeEach(async () => {
    servers = await startTestServers();
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const house of houses.splice(0)) await house.service.close();
    await servers?.stop();
  });

  it('no token is refused by anybody before its time, before, during and after a change of the key', async () => {
    const settings = { SIGNING_KEY_DAYS: '1' };
    const replicas = [await open(settings), await open(settings)];
    const neighbours = replicas.map(neighbourOf);
    const mary = await replicas[0]?.signUp();
    if (!mary) throw new Error('nobody');
    const claims = { sub: mary.id, sid: mary.sessionId, name: 'Mary', roles: [] } as never;
    // the clock of everybody: of the services, and of what they keep of each other
    vi.useFakeTimers({ toFake: ['Date'] });
    const begin = Date.now();
    const refusals: string[] = [];
    const held: { token: string; madeAt: number }[] = [];
    const signedBy = new Set<string>();
    // the key of a day: nothing happens before its last hour
    const change = begin + 24 * 60 * MINUTE;
    const [from, end] = [change - 40 * MINUTE, change + 100 * MINUTE];
    // longer than it can be in truth, where they look each minute
    const step = 3 * MINUTE;
    for (let at = from; at < end; at += step) {
      vi.setSystemTime(at);
      for (const { context } of replicas) {
        // what its loop does each minute
        await context.keys.refresh();
        const token = await context.keys.sign(claims, TOKEN_MINUTES * 60);
        held.push({ token, madeAt: at });
        signedBy.add(kidOf(token));
      }
      while (held[0] && held[0].madeAt + TOKEN_MINUTES * MINUTE <= at) held.shift();
      for (const check of neighbours)
        for (const { token, madeAt } of held) {
          const refused = await check(token);
          if (refused)
            refusals.push(`${refused} at ${(at - change) / MINUTE} minutes, made ${(at - madeAt) / MINUTE} before`);
        }
    }
    expect(refusals).toEqual([]);
    expect(signedBy.size).toBe(2);
    // the first has gone: nothing of it can be valid any more
    const [first = ''] = signedBy;
    expect(await kidsOf(replicas[0] as TestUser)).not.toContain(first);
    console.log(`${Math.ceil((end - from) / step)} times: ${signedBy.size} keys, 0 refusals`);
  });

  it('with a new SERVICE_KEY, in the other house of blue and green: each takes the tokens of the other, at once', async () => {
    const blue = await open();
    const mary = await blue.signUp();
    const atBlue = neighbourOf(blue);
    expect(await atBlue(mary.accessToken)).toBeUndefined();
    // scripts/secrets --rotate service-key, and the idle house is started with it
    const green = await open({ SERVICE_KEY: 'another key of the whole house, 32 characters and more' });
    const atGreen = neighbourOf(green);
    const again = await green.signIn(mary.email);
    expect(kidOf(again.accessToken)).not.toBe(kidOf(mary.accessToken));
    // blue's other services ask blue's user service, which has not made this key
    const later = neighbourOf(blue);
    for (const check of [atGreen, later]) {
      expect(await check(again.accessToken)).toBeUndefined();
      expect(await check(mary.accessToken)).toBeUndefined();
    }
    // and blue goes on to sign with a key that green knows
    const still = await blue.signIn(mary.email);
    expect(kidOf(still.accessToken)).toBe(kidOf(mary.accessToken));
    expect(await atGreen(still.accessToken)).toBeUndefined();
  });

  it('after a key was stolen: what it has signed is worth nothing as soon as its row is gone, and sessions go on', async () => {
    const house = await open();
    const mary = await house.signUp();
    await house.context.postgres.sql.query('DELETE FROM signing_key');
    await house.context.keys.refresh();
    expect(await neighbourOf(house)(mary.accessToken)).toBe('AUTH_TOKEN_INVALID');
    const { accessToken } = await house.anonymous.refreshSession({ body: { refreshToken: mary.refreshToken } });
    expect(kidOf(accessToken)).not.toBe(kidOf(mary.accessToken));
    expect(await neighbourOf(house)(accessToken)).toBeUndefined();
  });
});
