import { otherColour } from '@authorworks/contracts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type Crowd, startCrowd } from './lib/crowd.ts';
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
  /** What is wrong with it shows only when people come: the first of them are not spared. */
  readonly isSeenByPeople?: boolean;
}

const deployBroken = async (
  { values: broken, why, more = [], isSeenByPeople = false }: Broken,
  people: Crowd = CROWD,
): Promise<void> => {
  const { live } = await doors();
  const values = merged(withPods(1), broken);
  const crowd = await startCrowd(inject('house'), people);
  const { code, lines, seconds } = await run('deploy', inject('house'), { values, more });
  const { words, lost, doubled, failures, pages, uploads } = await crowd.stop();
  const last = lines.at(-1) ?? '';
  console.log(
    `taken back after ${seconds.toFixed(0)} s; meanwhile ${words} words, ${lost} lost, ${pages} pages and ${uploads} files, ${failures.length} refused`,
  );
  expect(last).toContain(`taken back, people are in the ${live} house`);
  expect(last).toMatch(why);
  expect(code).toBe(1);
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  if (!isSeenByPeople) expect(failures).toEqual([]);
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

interface Recipe {
  readonly service: 'content' | 'storage';
  /** A line on top of an image that is good. */
  readonly line: string;
}

const BROKEN = `s/=> {$/=> { if (Date.now() > 0) throw new Error("broken on purpose");/`;
const READING = 'services/content/src/public/read-public-book.ts';
const MIGRATION = 'services/content/prisma/migrations/99999999999999_broken';

const recipes = {
  reading: { service: 'content', line: `sed -i '${BROKEN}' ${READING}` },
  uploads: { service: 'storage', line: `sed -i '${BROKEN}' services/storage/src/upload/create-upload.ts` },
  slow: {
    service: 'content',
    line: `sed -i 's/=> {$/=> { await new Promise((done) => setTimeout(done, 6000));/' ${READING}`,
  },
  migration: {
    service: 'content',
    line: `mkdir ${MIGRATION} && echo 'SELECT 1 / 0;' > ${MIGRATION}/migration.sql`,
  },
} as const satisfies Record<string, Recipe>;

describe.skipIf(!isLab())('a version whose code is not good', () => {
  const build = async (name: keyof typeof recipes): Promise<Values> => {
    const { service, line } = recipes[name];
    const folder = await mkdtemp(join(tmpdir(), 'authorworks-broken-'));
    const image = await imageOf(service);
    const tag = `${image.split(':').at(-1)}-${name}`.slice(-100);
    await writeFile(join(folder, 'Dockerfile'), `FROM ${image}\nUSER 0\nRUN ${line}\nUSER 10001:10001\n`);
    await buildFrom(folder, `docker.io/authorworks/${service}:${tag}`);
    await rm(folder, { recursive: true });
    const own = { image: { tag } };
    return name === 'migration' ? { migrate: { [service]: own } } : { services: { [service]: own } };
  };

  it('and shows no book, is taken back before anybody comes to it', async () => {
    await deployBroken({
      what: 'reading',
      values: await build('reading'),
      why: /the new house does not answer as it should: a published book \(.*\): 500/,
    });
  }, 900_000);

  it('and fails under people, is taken back when they come', async () => {
    await deployBroken(
      {
        what: 'uploads',
        values: await build('uploads'),
        why: /the new house is not good: (storage: )?\d+ of \d+ answers were errors/,
        isSeenByPeople: true,
      },
      { ...CROWD, uploaders: 8 },
    );
  }, 900_000);

  it('and is slow under people, is taken back when they come', async () => {
    await deployBroken({
      what: 'slow',
      values: await build('slow'),
      why: /content: 95 of 100 answers took up to \d+ ms/,
      isSeenByPeople: true,
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
