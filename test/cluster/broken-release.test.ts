import { otherColour } from '@authorworks/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { startCrowd } from './lib/crowd.ts';
import { buildFrom, isLab } from './lib/lab.ts';
import { merged, type Values } from '@authorworks/release';
import { doors, imageOf, journal, podsOf, run, withPods } from './lib/releases.ts';

// Versions that are not good: each is taken back by itself, with one line why, and people notice nothing.

const CROWD = { writers: 10, readers: 10, uploaders: 2 };

interface Broken {
  readonly what: string;
  readonly values: Values;
  /** The one line. */
  readonly why: RegExp;
  readonly more?: readonly string[];
}

const deployBroken = async ({ values: broken, why, more = [] }: Broken): Promise<void> => {
  const { live } = await doors();
  const values = merged(withPods(1), broken);
  const crowd = await startCrowd(inject('house'), CROWD);
  const { code, lines, seconds } = await run('deploy', inject('house'), { values, more });
  const { words, lost, doubled, failures, pages } = await crowd.stop();
  const last = lines.at(-1) ?? '';
  console.log(
    `taken back after ${seconds.toFixed(0)} s; meanwhile ${words} words, ${lost} lost, ${pages} pages, ${failures.length} refused`,
  );
  expect(last).toContain(`taken back, people are in the ${live} house`);
  expect(last).toMatch(why);
  expect(code).toBe(1);
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  expect(await doors()).toMatchObject({ live, working: live, weights: { [live]: 100, [otherColour(live)]: 0 } });
  expect((await journal()).at(-1)?.what).toMatch(why);
};

describe('a version that is not good', () => {
  it.each<Broken>([
    {
      what: 'whose editor cannot start, because a setting is wrong',
      values: { services: { editor: { settings: { LINGER_SECONDS: 'soon' } } } },
      why: /editor-\w+-\w+-\w+: ends again and again, exit code 78.*LINGER_SECONDS/,
    },
    {
      what: 'whose image nobody has',
      values: { services: { web: { image: { tag: 'never-built' } } } },
      why: /web-\w+-\w+-\w+: (ErrImagePull|ImagePullBackOff|ContainerCreating|not ready)/,
      more: ['--ready-seconds', '60'],
    },
    {
      what: 'that does not answer as it should when it is looked at',
      values: { services: { gateway: { settings: { ADDRESS_RATE_PER_MINUTE: '1' } } } },
      why: /the new house does not answer as it should: .*429/,
    },
    {
      what: 'that fails a check of the operator',
      values: {},
      why: /the check "exit 3" failed/,
      more: ['--smoke', 'exit 3'],
    },
  ])('$what, is taken back before anybody comes to it', async (broken) => await deployBroken(broken), 600_000);
});

/** Two lines on top of an image that is good. */
const recipes = {
  errors: `RUN sed -i '1i const broken = () => { throw new Error("broken on purpose"); };' services/content/src/public/read-public-book.ts && sed -i 's/=> {$/=> { broken();/' services/content/src/public/read-public-book.ts`,
  slow: `RUN sed -i 's/=> {$/=> { await new Promise((done) => setTimeout(done, 6000));/' services/content/src/public/read-public-book.ts`,
  migration: `RUN mkdir services/content/prisma/migrations/99999999999999_broken && echo 'SELECT 1 / 0;' > services/content/prisma/migrations/99999999999999_broken/migration.sql`,
} as const;

describe.skipIf(!isLab())('a version whose code is not good', () => {
  const build = async (name: keyof typeof recipes): Promise<Values> => {
    const folder = await mkdtemp(join(tmpdir(), 'authorworks-broken-'));
    const image = await imageOf('content');
    const tag = `${image.split(':').at(-1)}-${name}`.slice(-100);
    await writeFile(join(folder, 'Dockerfile'), `FROM ${image}\nUSER 0\n${recipes[name]}\nUSER 10001:10001\n`);
    await buildFrom(folder, `docker.io/authorworks/content:${tag}`);
    await rm(folder, { recursive: true });
    const own = { image: { tag } };
    return name === 'migration' ? { migrate: { content: own } } : { services: { content: own } };
  };

  it('and fails under people, is taken back when they come', async () => {
    await deployBroken({
      what: 'errors',
      values: await build('errors'),
      why: /the new house is not good: \d+ of \d+ answers were errors/,
    });
  }, 900_000);

  it('and is slow under people, is taken back when they come', async () => {
    await deployBroken({
      what: 'slow',
      values: await build('slow'),
      why: /content: 95 of 100 answers took up to \d+ ms/,
      more: ['--hold-seconds', '25'],
    });
  }, 900_000);

  it('and whose migration fails, is taken back before a pod was started', async () => {
    await deployBroken({
      what: 'migration',
      values: await build('migration'),
      why: /the migrations failed: migrate-\w+-\w+: .*division by zero/,
    });
    const { live } = await doors();
    expect(await podsOf(otherColour(live))).toEqual([]);
  }, 900_000);
});
