import { verifyAccessToken } from '@authorworks/platform';
import { startTestServers, type TestServers } from '@authorworks/platform/testing';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyTimes, planKeys, PUBLISHED_AHEAD_MS, signerOf } from '../src/access-token/signing-key-policy.ts';
import { DAY, MINUTE, movableClock, startAnother, type TestUser, v1 } from './kit.ts';

describe('the plan of the keys', () => {
  const lives = { keyMs: 30 * DAY, tokenMs: 15 * MINUTE };
  const at = (day: number, ms = 0): Date => new Date(day * DAY + ms);
  const key = (id: string, signsFrom: Date, canSign = true): KeyTimes => ({ id, signsFrom, canSign });

  it('begins with a key that signs at once', () => {
    expect(planKeys([], at(1), lives)).toEqual({ makeFrom: at(1), drop: [] });
  });

  it('makes the next key before the old one’s time is over, to sign once all have it', () => {
    const first = key('1', at(0));
    const due = at(30, -PUBLISHED_AHEAD_MS);
    expect(planKeys([first], new Date(due.getTime() - 1), lives).makeFrom).toBeUndefined();
    expect(planKeys([first], due, lives).makeFrom).toEqual(at(30));
    expect(planKeys([first, key('2', at(30))], at(30, -1), lives).makeFrom).toBeUndefined();
  });

  it('signs with the newest key whose time has come', () => {
    const keys = [key('2', at(30)), key('1', at(0))];
    expect(signerOf(keys, at(30, -1))?.id).toBe('1');
    expect(signerOf(keys, at(30))?.id).toBe('2');
    // a clock that was set back before the first
    expect(signerOf(keys, at(-5))?.id).toBe('1');
  });

  it('keeps a key until the last of its tokens has expired, and then some', () => {
    const keys = [key('1', at(0)), key('2', at(30))];
    expect(planKeys(keys, at(30, 15 * MINUTE), lives).drop).toEqual([]);
    expect(planKeys(keys, at(30, 75 * MINUTE), lives).drop).toEqual(['1']);
  });

  it('after a long sleep keeps what signs now and makes the next', () => {
    const plan = planKeys([key('1', at(0))], at(200), lives);
    expect(plan).toEqual({ makeFrom: at(200, PUBLISHED_AHEAD_MS), drop: [] });
  });

  it('with another SERVICE_KEY begins anew, and lets old tokens verify', () => {
    const locked = key('1', at(0), false);
    expect(planKeys([locked], at(1), lives)).toEqual({ makeFrom: at(1), drop: [] });
    expect(planKeys([locked, key('2', at(1))], at(1, MINUTE), lives).drop).toEqual([]);
    expect(planKeys([locked, key('2', at(1))], at(2), lives).drop).toEqual(['1']);
  });
});

describe('the keys of access tokens', () => {
  const clock = movableClock();
  let servers: TestServers;
  let house: TestUser;
  beforeAll(async () => {
    servers = await startTestServers();
    house = await startAnother({ servers }, { clock });
  });
  afterAll(async () => {
    await house?.service.close();
    await servers?.stop();
  });
  const kids = async (of = house): Promise<string[]> => {
    const { keys } = JSON.parse((await of.call(`${v1}/jwks`)).text) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';

  it('are published without their private part, to be kept for minutes', async () => {
    const answer = await house.call(`${v1}/jwks`);
    expect(answer.headers.get('content-type')).toContain('application/jwk-set+json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys } = JSON.parse(answer.text) as { keys: Record<string, unknown>[] };
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' },
    ]);
  });

  it('are encrypted where they rest', async () => {
    const [row] = await house.context.postgres.sql.query<{ private_jwk: string }>(
      'SELECT private_jwk FROM signing_key',
    );
    expect(row?.private_jwk.split('.')).toHaveLength(5);
    expect(Buffer.from(row?.private_jwk.split('.')[0] ?? '', 'base64url').toString()).toBe(
      '{"alg":"dir","enc":"A256GCM"}',
    );
  });

  it('are one set for all replicas, even when these start together', async () => {
    const fresh = await startTestServers();
    const replicas = await Promise.all([1, 2, 3].map(async () => await startAnother({ servers: fresh })));
    const sets = await Promise.all(replicas.map(async (replica) => await kids(replica)));
    expect(sets[0]).toHaveLength(1);
    expect(sets[1]).toEqual(sets[0]);
    expect(sets[2]).toEqual(sets[0]);
    for (const replica of replicas) await replica.service.close();
    await fresh.stop();
  });

  it('are taken over: published first, signing later, gone when nothing of them can be valid', async () => {
    const mary = await house.signUp();
    const [first = ''] = await kids();
    clock.move(30 * DAY - 19 * MINUTE);
    await house.context.keys.refresh();
    const [, second = ''] = await kids();
    expect(second).not.toBe('');
    const old = await house.signIn(mary.email);
    expect(kidOf(old.accessToken)).toBe(first);
    clock.move(20 * MINUTE);
    const young = await house.signIn(mary.email);
    expect(kidOf(young.accessToken)).toBe(second);
    for (const { user } of [old, young]) {
      // the token of the old key was made 20 minutes ago: it has expired by its own time, not by its key's
      if (user === old.user) await expect(user.readAccount()).rejects.toMatchObject({ status: 401 });
      else expect(await user.readAccount()).toMatchObject({ id: mary.id });
    }
    await house.context.keys.refresh();
    expect(await kids()).toEqual([first, second]);
    clock.move(80 * MINUTE);
    await house.context.keys.refresh();
    expect(await kids()).toEqual([second]);
  });

  it('of another replica are known here as soon as a token of theirs comes', async () => {
    const other = await startAnother(house, { clock });
    clock.move(30 * DAY);
    await other.context.keys.refresh();
    clock.move(25 * MINUTE);
    await other.context.keys.refresh();
    const mary = await other.signUp();
    const known = house.context.keys.publicKeys().keys.map(({ kid }) => kid);
    expect(known).not.toContain(kidOf(mary.accessToken));
    expect(await house.as(mary.accessToken).readAccount()).toMatchObject({ id: mary.id });
    expect(await kids()).toContain(kidOf(mary.accessToken));
    await other.service.close();
  });

  it('survive another SERVICE_KEY: old tokens are good for their minutes, new ones have a new key', async () => {
    const mary = await house.signUp();
    const changed = await startAnother(house, {
      clock,
      variables: { SERVICE_KEY: 'quite another key of more than 32 characters' },
    });
    expect(await changed.as(mary.accessToken).readAccount()).toMatchObject({ id: mary.id });
    const again = await changed.signIn(mary.email);
    expect(kidOf(again.accessToken)).not.toBe(kidOf(mary.accessToken));
    expect(await changed.as(again.accessToken).readAccount()).toMatchObject({ id: mary.id });
    await changed.service.close();
  });

  it('sign tokens that nobody takes before or after their time', async () => {
    const { accessToken } = await house.signUp();
    const check = async (minutes: number) =>
      await verifyAccessToken(
        accessToken,
        house.context.keys.verify,
        new Date(clock.now().getTime() + minutes * MINUTE),
      );
    await expect(check(0)).resolves.toMatchObject({ kind: 'account' });
    await expect(check(16)).rejects.toMatchObject({ definition: { code: 'AUTH_TOKEN_INVALID' } });
  });
});
