import pg from 'pg';
import { inject, describe, expect, it } from 'vitest';
import { withRequest } from '../src/index.ts';
import { createLog, type Logger } from '../src/log.ts';

const CANARY = 'canary-7f3a';

const logged = (write: (log: Logger) => void): string => {
  let text = '';
  write(createLog('content', 'trace', { write: (line) => void (text += line) }));
  return text;
};

describe('the log', () => {
  it('names the service and the request', () => {
    const line = JSON.parse(
      logged((log) => withRequest({ requestId: 'r-1' }, () => log.info({ book: 1 }, 'written'))),
    ) as object;
    expect(line).toMatchObject({ level: 'info', service: 'content', requestId: 'r-1', book: 1, msg: 'written' });
  });

  const secrets: [string, (log: Logger) => void][] = [
    ['a password', (log) => log.info({ password: CANARY }, 'x')],
    ['a password deep below', (log) => log.info({ a: { b: { c: { d: [{ newPassword: CANARY }] } } } }, 'x')],
    [
      'headers',
      (log) =>
        log.info({ headers: { authorization: `Bearer ${CANARY}`, cookie: CANARY, 'set-cookie': [CANARY] } }, 'x'),
    ],
    [
      'tokens in other spellings',
      (log) => log.info({ access_token: CANARY, 'X-API-Key': CANARY, refreshToken: CANARY, id_token: CANARY }, 'x'),
    ],
    ['a bearer token in a sentence', (log) => log.warn(`refused Bearer ${CANARY}`)],
    ['a JWT in a sentence', (log) => log.warn(`refused eyJhbGciOiJFZERTQSJ9.${CANARY}.sig`)],
    ['a personal token in an address', (log) => log.warn({ url: `/x?token=${CANARY}&y=1` }, 'x')],
    ['a personal token', (log) => log.warn(`aw_${CANARY} is not known`)],
    [
      'the credentials of an address',
      (log) => log.error({ err: new Error(`connect postgres://user:${CANARY}@db:5432/x failed`) }, 'x'),
    ],
    [
      'what a driver hangs on its error',
      (log) =>
        log.error(
          {
            err: Object.assign(new Error('no'), {
              command: { name: 'auth', args: [CANARY] },
              detail: `Key (email)=(${CANARY}) exists`,
              parameters: [CANARY],
              config: { headers: { x: CANARY } },
            }),
          },
          'x',
        ),
    ],
    [
      'the cause of an error',
      (log) =>
        log.error(
          { err: new Error('a', { cause: Object.assign(new Error(`https://u:${CANARY}@s3/`), { row: CANARY }) }) },
          'x',
        ),
    ],
    ['an error alone', (log) => log.error(Object.assign(new Error('a'), { row: CANARY }))],
    ['what a child logger always says', (log) => log.child({ token: CANARY, deep: { secret: CANARY } }).info('x')],
    [
      'what Prisma repeats',
      (log) =>
        log.error(
          {
            err: new Error(
              `\nInvalid \`prisma.account.create()\` invocation:\n\n{ data: { email: "${CANARY}" } }\n\nArgument name is missing.`,
            ),
          },
          'x',
        ),
    ],
    ['bytes', (log) => log.info({ body: Buffer.from(CANARY) }, 'x')],
  ];
  it.each(secrets)('never holds %s', (_name, write) => {
    const text = logged(write);
    expect(text).not.toBe('');
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(Buffer.from(CANARY).toString('base64'));
  });

  it('never holds the value that PostgreSQL could not take', async () => {
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    const errors: unknown[] = [];
    for (const [statement, values] of [
      ['SELECT $1::uuid', [CANARY]],
      ['SELECT $1::int', [CANARY]],
      ['CREATE TEMP TABLE t (email text UNIQUE)', []],
      ['INSERT INTO t VALUES ($1)', [CANARY]],
      ['INSERT INTO t VALUES ($1)', [CANARY]],
    ] as const)
      await client.query(statement, [...values]).catch((error: unknown) => errors.push(error));
    await client.end();
    expect(errors).toHaveLength(3);
    const text = logged((log) => errors.forEach((err) => log.error({ err }, 'x')));
    expect(text).not.toContain(CANARY);
    expect(text).toContain('duplicate key value violates unique constraint');
    expect(text).toContain('"code":"23505"');
  });

  it('keeps what helps: type, message, code, frames and causes of an error', () => {
    const err = Object.assign(new TypeError('x is not a function', { cause: new Error('deeper') }), { code: 'E1' });
    const line = JSON.parse(logged((log) => log.error({ err }, 'failed'))) as { err: Record<string, unknown> };
    expect(line.err).toMatchObject({
      type: 'TypeError',
      message: 'x is not a function',
      code: 'E1',
      cause: { message: 'deeper' },
    });
    expect(line.err['stack']).toMatch(/^TypeError: x is not a function\n\s+at .*log\.test/);
  });
});
