import { execFile } from 'node:child_process';
import { TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wouldLoseLastOperator } from '../src/account/account-policy.ts';
import { PASSWORD, type Person, startUser, type TestUser, v1 } from './kit.ts';

let house: TestUser;
let operator: Person;
beforeAll(async () => {
  house = await startUser();
  operator = await house.operator();
});
afterAll(async () => await house?.stop());

const change = async (accountId: string, body: Record<string, unknown>, token = operator.accessToken) =>
  await house.call(`${v1}/accounts/${accountId}`, { method: 'PATCH', body, token });

describe('the first operator', () => {
  it('is made once, however often and by however many it is asked for', async () => {
    const fresh = await startUser();
    const body = { email: 'first@books.example', password: PASSWORD, name: 'First' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => await fresh.asService().ensureOperator({ body })),
    );
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    const another = { email: 'second@books.example', password: PASSWORD, name: 'Second' };
    expect(await fresh.asService().ensureOperator({ body: another })).toEqual({
      created: false,
      email: 'first@books.example',
    });
    const session = await fresh.signIn('first@books.example');
    expect((await session.user.listAccounts({})).data).toHaveLength(1);
    await fresh.stop();
  });

  it('is not somebody who took the address before', async () => {
    const fresh = await startUser();
    await fresh.signUp('Early', 'operator@books.example');
    const body = { email: 'operator@books.example', password: PASSWORD, name: 'Operator' };
    await expect(fresh.asService().ensureOperator({ body })).rejects.toMatchObject({
      status: 409,
      code: 'USER_EMAIL_TAKEN',
    });
    await fresh.stop();
  });
});

describe('the first operator of a house of pods', () => {
  const program = new URL('../../../packages/platform/src/operator-main.ts', import.meta.url).pathname;
  const make = async (email: string, variables: Record<string, string>): Promise<{ code: number; said: string }> =>
    await new Promise((done) => {
      const env = { PATH: process.env['PATH'] ?? '', SERVICE_KEY: TEST_SERVICE_KEY, ...variables };
      execFile(process.execPath, [program, email], { env }, (error, output, errors) =>
        done({ code: Number(error?.code ?? 0), said: output + errors }),
      );
    });

  it('is made by a command in a pod, which tells the password for the first sign-in once', async () => {
    const fresh = await startUser();
    const { port } = new URL(fresh.service.url);
    const { code, said } = await make('first@books.example', { PORT: port });
    expect(code, said).toBe(0);
    const { email, password } = JSON.parse(said) as { email: string; password: string };
    const session = await fresh.signIn(email, password);
    expect((await session.user.listAccounts({})).data).toMatchObject([{ email: 'first@books.example' }]);
    expect(await make('second@books.example', { PORT: port })).toEqual({
      code: 1,
      said: 'There is an operator already: first@books.example\n',
    });
    await fresh.stop();
  });

  it('is not made by somebody who does not know what the house needs', async () => {
    expect(await make('me', {})).toMatchObject({ code: 1, said: expect.stringContaining('E-MAIL-ADDRESS') });
    expect(await make('me@books.example', { SERVICE_KEY: '' })).toMatchObject({
      code: 78,
      said: expect.stringContaining('SERVICE_KEY'),
    });
  });
});

describe('an operator', () => {
  it('sees all accounts, page by page, and finds them', async () => {
    const mary = await house.signUp('Mary Searched');
    const first = await operator.user.listAccounts({ query: { limit: 1 } });
    expect(first.data).toMatchObject([{ id: operator.id, roles: ['operator', 'author'], suspended: false }]);
    expect(first.pagination.nextCursor).toBe(operator.id);
    const found = await operator.user.listAccounts({ query: { search: 'SEARCHED' } });
    expect(found.data.map(({ id }) => id)).toEqual([mary.id]);
    expect((await operator.user.listAccounts({ query: { search: mary.email } })).data).toHaveLength(1);
    expect((await operator.user.listAccounts({ query: { search: "%' OR 1=1 --" } })).data).toEqual([]);
  });

  it('is somebody else than everybody', async () => {
    const mary = await house.signUp();
    await expect(mary.user.listAccounts({})).rejects.toMatchObject({ status: 403, code: 'AUTH_ROLE_MISSING' });
    expect(await change(operator.id, { suspended: true }, mary.accessToken)).toMatchObject({ status: 403 });
    expect(await change(mary.id, { roles: ['operator'] }, mary.accessToken)).toMatchObject({ status: 403 });
    expect(await house.call(`${v1}/accounts`)).toMatchObject({ status: 401 });
  });

  it('suspends an account at once, and readmits it', async () => {
    const mary = await house.signUp();
    const { token } = await mary.user.createApiToken({ body: { name: 'robot', scopes: ['profile:read'] } });
    const robot = await house.asService().exchangeApiToken({ body: { token } });
    expect(await change(mary.id, { suspended: true })).toMatchObject({
      status: 200,
      data: { suspended: true, roles: ['author'] },
    });
    expect(await change(mary.id, { suspended: true })).toMatchObject({ status: 200 });
    for (const accessToken of [mary.accessToken, robot.accessToken])
      expect(await house.call(`${v1}/me`, { token: accessToken })).toMatchObject({ status: 401 });
    expect(await house.call(`${v1}/sessions/refresh`, { body: { refreshToken: mary.refreshToken } })).toMatchObject({
      status: 403,
      code: 'USER_ACCOUNT_SUSPENDED',
    });
    await expect(house.signIn(mary.email)).rejects.toMatchObject({ status: 403, code: 'USER_ACCOUNT_SUSPENDED' });
    await expect(house.signIn(mary.email, 'a wrong guess')).rejects.toMatchObject({ status: 401 });
    await expect(house.asService().exchangeApiToken({ body: { token } })).rejects.toMatchObject({ status: 401 });
    expect(await house.context.redis.commands.exists(`user:revoked:${mary.sessionId}`)).toBe(1);
    const events = (await house.events('user.session.revoked')).filter(({ data }) => data['accountId'] === mary.id);
    expect(events.map(({ data }) => data['reason'])).toEqual(['suspended', 'suspended']);
    expect(await change(mary.id, { suspended: false })).toMatchObject({ status: 200, data: { suspended: false } });
    await house.signIn(mary.email);
    await house.asService().exchangeApiToken({ body: { token } });
    // the sessions of before stay ended
    expect(await house.call(`${v1}/me`, { token: mary.accessToken })).toMatchObject({ status: 401 });
  });

  it('makes and unmakes operators; who was one is none with the next request', async () => {
    const percy = await house.signUp('Percy');
    expect(await change(percy.id, { roles: ['operator', 'author', 'author'] })).toMatchObject({
      data: { roles: ['operator', 'author'] },
    });
    const session = await house.signIn(percy.email);
    expect((await session.user.listAccounts({})).data.length).toBeGreaterThan(1);
    expect(await change(percy.id, { roles: ['author'] })).toMatchObject({ data: { roles: ['author'] } });
    await expect(session.user.listAccounts({})).rejects.toMatchObject({ status: 403, code: 'AUTH_ROLE_MISSING' });
    expect(await change(percy.id, { roles: ['operator'] }, session.accessToken)).toMatchObject({ status: 403 });
  });

  it('cannot leave the house without one', async () => {
    for (const body of [{ roles: ['author'] }, { roles: [] }, { suspended: true }])
      expect(await change(operator.id, body)).toMatchObject({ status: 409, code: 'USER_LAST_OPERATOR' });
    expect(await change(operator.id, {})).toMatchObject({ status: 200 });
    expect(await operator.user.readAccount()).toMatchObject({ roles: ['operator', 'author'] });
  });

  it('cannot do so together with another at the same moment', async () => {
    const percy = await house.signUp('Percy');
    await change(percy.id, { roles: ['operator', 'author'] });
    const session = await house.signIn(percy.email);
    const answers = await Promise.all([
      change(operator.id, { roles: ['author'] }, session.accessToken),
      change(percy.id, { roles: ['author'] }, operator.accessToken),
    ]);
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    // one of them was not an operator any more, or was the last one
    expect(statuses[0]).toBe(200);
    expect([403, 409]).toContain(statuses[1]);
    const { count } =
      (
        await house.context.postgres.sql.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM account WHERE 'operator' = ANY(roles)`,
        )
      )[0] ?? {};
    expect(count).toBe(1);
  });

  it('gets a clear answer for an account that there is not', async () => {
    const [remaining] = await house.context.postgres.sql.query<{ email: string }>(
      `SELECT email FROM account WHERE 'operator' = ANY(roles)`,
    );
    const { accessToken } = await house.signIn(remaining?.email ?? '');
    expect(await change('00000000-0000-7000-8000-000000000000', { suspended: true }, accessToken)).toMatchObject({
      status: 404,
      code: 'USER_ACCOUNT_NOT_FOUND',
    });
    expect(await change('not-an-id', { suspended: true }, accessToken)).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
    });
    expect(await change(operator.id, { roles: ['emperor'] }, accessToken)).toMatchObject({ status: 400 });
  });
});

describe('losing the last operator', () => {
  const both = { id: 'a', roles: ['operator'], suspended: false };
  it.each([
    ['stays operator', both, ['a'], false],
    ['loses the role', { ...both, roles: ['author'] }, ['a'], true],
    ['is suspended', { ...both, suspended: true }, ['a'], true],
    ['loses the role, another stays', { ...both, roles: [] }, ['a', 'b'], false],
    ['was none', { ...both, id: 'c', roles: [] }, ['a'], false],
    ['was none, and there is none', { ...both, roles: [] }, [], false],
  ])('%s', (_, after, operators, lost) =>
    expect(
      wouldLoseLastOperator(
        after,
        operators.map((id) => ({ id })),
      ),
    ).toBe(lost),
  );
});
