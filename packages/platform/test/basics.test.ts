import { contentErrors, platformErrors, ApiError } from '@authorworks/contracts';
import { describe, expect, it } from 'vitest';
import {
  choice,
  clusterDirectory,
  ConfigError,
  type ConfigSource,
  createIdentity,
  createMetrics,
  defineConfig,
  describeConfig,
  fail,
  flag,
  gauge,
  Health,
  integer,
  list,
  newId,
  oneOf,
  optional,
  readConfig,
  text,
  translateError,
  url,
} from '../src/index.ts';
import { createLog } from '../src/log.ts';
import { Loop } from '../src/loop.ts';
import { eventually } from '../src/testing/index.ts';

const source = (variables: Record<string, string>, files: Record<string, string> = {}): ConfigSource => ({
  variables,
  readFile: (path) => {
    const found = files[path];
    if (found === undefined) throw new Error('ENOENT');
    return found;
  },
});

describe('settings', () => {
  const spec = defineConfig({
    poolSize: integer({ doc: 'Connections', default: 8, min: 1, max: 100 }),
    databaseUrl: url({ doc: 'Database', secret: true, protocols: ['postgres:'] }),
    mode: oneOf(['quiet', 'loud'], { doc: 'Mode', default: 'quiet' }),
    origins: list({ doc: 'Origins' }),
    colour: flag({ doc: 'Colour', default: false }),
    nickname: optional(text({ doc: 'Nickname' })),
    files: choice({
      doc: 'Files',
      options: {
        disk: { folder: text({ doc: 'Folder' }) },
        s3: { bucket: text({ doc: 'Bucket' }), key: text({ doc: 'Key', secret: true }) },
      },
    }),
  });
  const good = { DATABASE_URL: 'postgres://u:p@h/d/', FILES: 's3', BUCKET: 'books', KEY: 'k' };

  it('are read from variables, with their defaults', () => {
    expect(readConfig('content', spec, source({ ...good, ORIGINS: 'a, b ,,c', COLOUR: 'yes' }))).toEqual({
      poolSize: 8,
      databaseUrl: 'postgres://u:p@h/d',
      mode: 'quiet',
      origins: ['a', 'b', 'c'],
      colour: true,
      nickname: undefined,
      files: { kind: 's3', bucket: 'books', key: 'k' },
    });
  });

  it('are read from mounted files', () => {
    const { KEY: _key, ...rest } = good;
    const config = readConfig('content', spec, source({ ...rest, KEY_FILE: '/run/key' }, { '/run/key': ' secret\n' }));
    expect(config.files).toMatchObject({ key: 'secret' });
  });

  it('name all problems at once, and no secret', () => {
    const wrong = source({
      POOL_SIZE: '0',
      DATABASE_URL: 'mysql://canary-password@h',
      MODE: 'shy',
      COLOUR: 'blue',
      FILES: 's3',
      KEY: 'canary-key',
      KEY_FILE: '/nowhere',
      BUCKET: '',
    });
    let caught: unknown;
    try {
      readConfig('content', spec, wrong);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ConfigError);
    const { message, problems } = caught as ConfigError;
    expect(problems.map(({ variable, problem }) => `${variable} ${problem}`)).toEqual([
      'POOL_SIZE must be from 1 to 100',
      'DATABASE_URL must begin with postgres://',
      'MODE must be one of quiet, loud',
      'COLOUR must be true or false',
      'BUCKET is missing',
      'KEY is set twice: as KEY and as KEY_FILE',
    ]);
    expect(message).not.toContain('canary');
  });

  it.each([
    [{ FILES: 'tape' }, 'FILES must be one of disk, s3'],
    [{ FILES: '' }, 'FILES is missing'],
    [{ KEY: '', KEY_FILE: '/nowhere' }, 'KEY cannot be read from the file /nowhere'],
    [{ POOL_SIZE: '8.5' }, 'POOL_SIZE must be an integer'],
    [{ POOL_SIZE: '1e2' }, 'POOL_SIZE must be an integer'],
    [{ DATABASE_URL: 'not a url' }, 'DATABASE_URL must be a URL'],
  ])('that are %j say what is wrong', (change, problem) => {
    expect(() => readConfig('content', spec, source({ ...good, ...change }))).toThrow(
      new RegExp(problem.replace(/^(\S+) /, '$1\\s+')),
    );
  });

  it('describe themselves for the README', () => {
    expect(describeConfig(spec)).toContainEqual({
      variable: 'KEY',
      shape: 'text',
      fallback: '',
      required: true,
      secret: true,
      doc: 'Key (when FILES is s3)',
    });
  });
});

describe('errors', () => {
  const codeOf = (error: unknown): string => translateError(error).definition.code;
  it.each([
    ['an expected refusal', fail(contentErrors.bookNotFound), 'CONTENT_BOOK_NOT_FOUND'],
    ['a mistake of ours', new TypeError('x is undefined'), 'INTERNAL'],
    ['something that is no error', 'oops', 'INTERNAL'],
    ['nothing', undefined, 'INTERNAL'],
    [
      'a full disk under PostgreSQL',
      Object.assign(new Error('could not extend file'), { code: '53100' }),
      'STORAGE_FULL',
    ],
    [
      'a full disk deep below',
      new Error('a', { cause: new Error('b', { cause: Object.assign(new Error('c'), { code: 'ENOSPC' }) }) }),
      'STORAGE_FULL',
    ],
    ['a used-up quota', Object.assign(new Error('q'), { code: 'EDQUOT' }), 'STORAGE_FULL'],
    [
      'a PostgreSQL that shuts down',
      Object.assign(new Error('terminating'), { code: '57P01' }),
      'DATABASE_UNAVAILABLE',
    ],
    ['too many connections', Object.assign(new Error('sorry'), { code: '53300' }), 'DATABASE_UNAVAILABLE'],
    ['a Prisma that reaches nobody', Object.assign(new Error('p'), { code: 'P1001' }), 'DATABASE_UNAVAILABLE'],
    [
      'a full disk told by Prisma',
      Object.assign(new Error('p'), { code: 'P2010', cause: { originalCode: '53100' } }),
      'STORAGE_FULL',
    ],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), 'DATABASE_UNAVAILABLE'],
    ['a neighbour that is not there', Object.assign(new Error('e'), { code: 'ECONNREFUSED' }), 'SERVICE_UNAVAILABLE'],
    [
      'a neighbour that breaks',
      new ApiError(500, { code: 'INTERNAL', message: 'x', requestId: '' }),
      'SERVICE_UNAVAILABLE',
    ],
    ['a slow neighbour', new ApiError(0, { code: 'NETWORK_TIMEOUT', message: 'x', requestId: '' }), 'SERVICE_TIMEOUT'],
    [
      'a neighbour whose disk is full',
      new ApiError(507, { code: 'STORAGE_FULL', message: 'x', requestId: '' }),
      'STORAGE_FULL',
    ],
    [
      'a neighbour that refuses us, which is our mistake',
      new ApiError(400, { code: 'X', message: 'x', requestId: '' }),
      'INTERNAL',
    ],
    [
      'a body parser that gave up',
      Object.assign(new Error('too large'), { status: 413, type: 'entity.too.large' }),
      'REQUEST_BODY_TOO_LARGE',
    ],
  ])('tell %s apart', (_name, error, code) => expect(codeOf(error)).toBe(code));

  it('end at a circle of causes', () => {
    const one = new Error('one');
    one.cause = new Error('two', { cause: one });
    expect(codeOf(one)).toBe('INTERNAL');
  });

  it('say when a repeat makes sense', () => {
    expect(translateError(fail(platformErrors.rateLimited, { retryAfterSeconds: 7 })).retryAfterSeconds).toBe(7);
    expect(translateError(Object.assign(new Error('x'), { code: '57P03' })).retryAfterSeconds).toBe(2);
  });
});

describe('services that call each other', () => {
  const KEY = 'a key that is shared by the house, long enough';
  it('know each other by name', async () => {
    const token = await createIdentity('editor', KEY).tokenFor('content');
    expect(await createIdentity('content', KEY).verify(token)).toBe('editor');
  });
  it('take no token that was meant for another, made with another key, or made up', async () => {
    const content = createIdentity('content', KEY);
    const bad = [
      await createIdentity('editor', KEY).tokenFor('user'),
      await createIdentity('editor', `${KEY} no`).tokenFor('content'),
      'nonsense',
      '',
      `${Buffer.from('{"alg":"none","typ":"service+jwt"}').toString('base64url')}.${Buffer.from('{"iss":"editor","aud":"content","exp":9999999999}').toString('base64url')}.`,
    ];
    for (const token of bad)
      await expect(content.verify(token)).rejects.toMatchObject({ definition: platformErrors.tokenInvalid });
  });
  it('need a key that cannot be guessed', () => {
    expect(() => createIdentity('editor', 'short')).toThrow('at least 32 characters');
  });
  it('find each other in a cluster by name', () => {
    expect(clusterDirectory().urlOf('content')).toBe('http://content:3000');
    expect(clusterDirectory('http://{service}-blue:3000').urlOf('content')).toBe('http://content-blue:3000');
  });
});

describe('ids', () => {
  it('grow with time and never repeat', () => {
    const ids = Array.from({ length: 5_000 }, () => newId());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('health', () => {
  it('is ready when all checks pass and the service serves', async () => {
    const health = new Health();
    health.addCheck('postgres', () => Promise.resolve());
    expect((await health.report()).ready).toBe(false);
    health.serving();
    expect(await health.report()).toMatchObject({ ready: true, checks: { postgres: { ok: true } } });
    health.draining();
    expect(await health.report()).toMatchObject({
      ready: false,
      checks: { service: { ok: false, detail: 'draining' } },
    });
  });
  it('does not wait for a check that hangs', async () => {
    const health = new Health();
    health.serving();
    health.addCheck('hanging', () => new Promise(() => undefined));
    health.addCheck('broken', () => Promise.reject(new Error('no')));
    expect(await health.report()).toMatchObject({
      ready: false,
      checks: { hanging: { ok: false, detail: 'no answer within 2000 ms' }, broken: { ok: false, detail: 'no' } },
    });
  });
});

describe('metrics', () => {
  it('of two services in a process do not mix', async () => {
    const [one, two] = [createMetrics('content'), createMetrics('editor')];
    gauge(one, 'open_books', 'Open books', { read: () => 3 });
    expect(await one.registry.metrics()).toContain('open_books{service="content"} 3');
    expect(await two.registry.metrics()).not.toContain('open_books');
  });
});

describe('a loop', () => {
  const silent = createLog('content', 'silent');
  it('never runs twice at a time, and once more when it was woken meanwhile', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const loop = new Loop('test', 60_000, silent, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      runs += 1;
    });
    loop.start();
    for (let index = 0; index < 10; index += 1) loop.wake();
    await eventually(() => expect(runs).toBe(2));
    await loop.close();
    loop.wake();
    expect([most, runs]).toEqual([1, 2]);
  });
  it('goes on after a failure and says so once', async () => {
    const lines: { msg: string }[] = [];
    const log = createLog('content', 'info', { write: (line) => void lines.push(JSON.parse(line) as { msg: string }) });
    let runs = 0;
    const loop = new Loop('test', 5, log, () => {
      runs += 1;
      return runs < 3 ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    loop.start();
    await eventually(() => expect(lines.map(({ msg }) => msg)).toEqual(['failed; will be tried again', 'works again']));
    await loop.close();
  });
  it('waits at closing for the run that is under way', async () => {
    let ended = false;
    const loop = new Loop('test', 60_000, silent, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended = true;
    });
    loop.start();
    await loop.close();
    expect(ended).toBe(true);
  });
});
