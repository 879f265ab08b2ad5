import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guessRules, waitOf } from '../src/guess/guess-policy.ts';
import { type GuessCounter, type GuessSubject, memoryGuesses } from '../src/guess/memory-guesses.ts';
import { redisGuesses } from '../src/guess/redis-guesses.ts';
import { parseRanges, prefixOf } from '../src/session/address-ranges.ts';
import { type Answer, MINUTE, PASSWORD, startUser, stoppedClock, type TestUser, v1 } from './kit.ts';

const clock = stoppedClock();
let house: TestUser;
beforeAll(async () => {
  house = await startUser({ clock });
});
afterAll(async () => await house?.stop());

const guess = async (email: string, from: string, password = 'a wrong guess'): Promise<Answer> =>
  await house.call(`${v1}/sessions`, { body: { email, password }, from });
const times = async (count: number, work: (index: number) => Promise<Answer>): Promise<string[]> => {
  const codes: string[] = [];
  for (let index = 0; index < count; index += 1) codes.push((await work(index)).code ?? 'in');
  return codes;
};
const wrong = (count: number): string[] => Array<string>(count).fill('USER_CREDENTIALS_WRONG');

describe('guessing a password', () => {
  it('is free five times, then has to wait longer and longer', async () => {
    const mary = await house.signUp();
    expect(await times(5, async () => await guess(mary.email, '198.51.100.1'))).toEqual(wrong(5));
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const answer = await guess(mary.email, '198.51.100.1');
      expect(answer).toMatchObject({ status: 429, code: 'USER_TOO_MANY_GUESSES' });
      const wait = Number(answer.headers.get('retry-after'));
      waits.push(wait);
      clock.move(wait * 1000);
      expect(await guess(mary.email, '198.51.100.1')).toMatchObject({ code: 'USER_CREDENTIALS_WRONG' });
    }
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  it('keeps the right password waiting as well, but not one from elsewhere', async () => {
    const mary = await house.signUp();
    await times(5, async () => await guess(mary.email, '198.51.100.1'));
    expect(await guess(mary.email, '198.51.100.1', PASSWORD)).toMatchObject({ status: 429 });
    expect(await guess(mary.email, '198.51.100.99', PASSWORD)).toMatchObject({ status: 429 });
    expect((await guess(mary.email, '203.0.113.5', PASSWORD)).status).toBe(201);
    clock.move(2_000);
    expect((await guess(mary.email, '198.51.100.1', PASSWORD)).status).toBe(201);
    expect(await times(5, async () => await guess(mary.email, '198.51.100.1'))).toEqual(wrong(5));
  });

  it('is counted in the same way for an address that nobody has', async () => {
    expect(await times(5, async () => await guess('ghost@books.example', '192.0.2.1'))).toEqual(wrong(5));
    expect(await guess('GHOST@books.example', '192.0.2.1')).toMatchObject({ status: 429 });
  });

  it('a hundred times at once gets no further than one after the other', async () => {
    const mary = await house.signUp();
    const answers = await Promise.all(Array.from({ length: 100 }, async () => await guess(mary.email, '192.0.2.50')));
    expect(answers.filter(({ code }) => code === 'USER_CREDENTIALS_WRONG')).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95);
  });

  it('at many accounts from one network is braked, from IPv6 as well', async () => {
    const network = (index: number): string => `2001:db8:7:1::${index.toString(16)}`;
    const answers = await times(101, async (index) => await guess(`person-${index}@books.example`, network(index)));
    expect(answers.slice(0, 100)).toEqual(wrong(100));
    expect(answers[100]).toBe('USER_TOO_MANY_GUESSES');
    expect((await guess('person-200@books.example', '2001:db8:7:2::1')).code).toBe('USER_CREDENTIALS_WRONG');
  });

  it('from everywhere does not lock the owner out', async () => {
    const mary = await house.signUp();
    const home = '203.0.113.20';
    expect((await guess(mary.email, home, PASSWORD)).status).toBe(201);
    await times(30, async (index) => await guess(mary.email, `10.1.${index}.1`));
    const stranger = await guess(mary.email, '10.2.0.1');
    expect(stranger).toMatchObject({ status: 429 });
    expect(Number(stranger.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    // at home nothing is felt of it, and elsewhere never more than half a minute
    expect((await guess(mary.email, home, PASSWORD)).status).toBe(201);
    clock.move(30_000);
    expect((await guess(mary.email, '10.3.0.1', PASSWORD)).status).toBe(201);
  });

  it('is forgotten after an hour', async () => {
    const mary = await house.signUp();
    await times(6, async () => await guess(mary.email, '198.51.100.77'));
    await house.context.redis.commands.flushall();
    expect(await times(5, async () => await guess(mary.email, '198.51.100.77'))).toEqual(wrong(5));
  });
});

describe('the counts', () => {
  const subjects: GuessSubject[] = [
    { kind: 'pair', key: 'p' },
    { kind: 'network', key: 'n' },
    { kind: 'account', key: 'a' },
  ];
  const counters: [string, () => GuessCounter][] = [
    ['in memory', memoryGuesses],
    ['in Redis', () => redisGuesses(house.context.redis.commands)],
  ];

  it.each(counters)('%s follow the policy', async (_, open) => {
    await house.context.redis.commands.flushall();
    const counter = open();
    const start = 1_700_000_000_000;
    for (let index = 0; index < 5; index += 1) expect(await counter.count(subjects, start)).toBe(0);
    expect(await counter.count(subjects, start)).toBe(1_000);
    expect(await counter.count(subjects, start + 400)).toBe(600);
    expect(await counter.count(subjects, start + 1_000)).toBe(0);
    expect(await counter.count(subjects, start + 1_000)).toBe(2_000);
    // a clock that was set back
    expect(await counter.count(subjects, start - 60 * MINUTE)).toBe(2_000);
    await counter.forgive(subjects);
    expect(await counter.count(subjects, start + 1_000)).toBe(0);
  });

  it('never make anybody wait longer than the rule says', () => {
    for (const rule of Object.values(guessRules))
      for (const count of [5, 50, 500, 1e9])
        for (const now of [0, 1e12, -1e12])
          expect(waitOf(rule, { wrong: count, lastMs: 0 }, now)).toBeLessThanOrEqual(rule.longestWaitMs);
  });
});

describe('networks', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:1::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['nonsense', 'unknown'],
    ['', 'unknown'],
  ])('%s is in %s', (address, prefix) => expect(prefixOf(address)).toBe(prefix));

  it('are read from a list of ranges, and nothing else is', () => {
    const ranges = parseRanges('10.42.0.0/16, fd00::/8');
    for (const inside of ['10.42.3.4', '::ffff:10.42.3.4', 'fd12::1']) expect(ranges?.includes(inside)).toBe(true);
    for (const outside of ['10.43.0.1', '::1', 'fe80::1', '', '10.42.3.4, 1.2.3.4'])
      expect(ranges?.includes(outside)).toBe(false);
    expect(parseRanges('')).toBeUndefined();
    for (const bad of ['10.42.0.0', '10.42.0.0/33', 'traefik/24', '10.0.0.0/8/8', '0.0.0.0/-1'])
      expect(() => parseRanges(bad)).toThrow(/must list ranges/);
  });
});
