import { type Api, apiTokenScopes, type EndpointDefinition, userApi } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, PASSWORD, type Person, startUser, type TestUser } from './kit.ts';

let house: TestUser;
let operator: Person;
let mary: Person;
beforeAll(async () => {
  house = await startUser();
  operator = await house.operator();
  mary = await house.signUp();
});
afterAll(async () => await house?.stop());

const endpoints = Object.entries(userApi as Api);
const pathOf = ({ path }: EndpointDefinition): string => path.replace(/:\w+/g, () => newId());
const names = (wanted: (endpoint: EndpointDefinition) => boolean): string[] =>
  endpoints.filter(([, endpoint]) => wanted(endpoint)).map(([name]) => name);
const endpointOf = (name: string): EndpointDefinition => (userApi as Api)[name] as EndpointDefinition;

/** A body that each endpoint takes, or would take if its token or link were good. */
const bodies: Record<string, () => Record<string, unknown>> = {
  createAccount: () => ({ email: `${newId()}@books.example`, password: PASSWORD, name: 'New' }),
  updateAccount: () => ({ name: 'Mary', preferences: { theme: 'dark' } }),
  changePassword: () => ({ currentPassword: PASSWORD, newPassword: PASSWORD }),
  createSession: () => ({ email: mary.email, password: PASSWORD }),
  refreshSession: () => ({ refreshToken: 'x' }),
  confirmEmail: () => ({ token: 'x' }),
  requestPasswordReset: () => ({ email: 'nobody@books.example' }),
  confirmPasswordReset: () => ({ token: 'x', password: PASSWORD }),
  createApiToken: () => ({ name: 'x', scopes: ['books:read'] }),
  createPenName: () => ({ name: newId() }),
  updatePenName: () => ({ bio: 'x' }),
  updateAccountByOperator: () => ({ suspended: false }),
  exchangeApiToken: () => ({ token: 'x' }),
  findAccounts: () => ({ ids: [] }),
  ensureOperator: () => ({ email: 'op@books.example', password: PASSWORD, name: 'Op' }),
};

const send = async (name: string, body: unknown, query = ''): Promise<Answer> => {
  const endpoint = endpointOf(name);
  const token =
    endpoint.audience === 'service'
      ? await house.context.identity.tokenFor('user')
      : endpoint.role === 'operator'
        ? operator.accessToken
        : mary.accessToken;
  return await house.call(pathOf(endpoint) + query, {
    method: endpoint.method,
    token,
    ...(endpoint.body ? { body } : {}),
  });
};

describe('every endpoint', () => {
  it.each(names(({ audience }) => audience === 'account'))('%s asks a stranger to sign in', async (name) => {
    const endpoint = endpointOf(name);
    const options = { method: endpoint.method, ...(endpoint.body ? { body: bodies[name]?.() ?? {} } : {}) };
    expect(await house.call(pathOf(endpoint), options)).toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
  });

  it.each(names(({ audience }) => audience === 'service'))('%s is for services only', async (name) => {
    const endpoint = endpointOf(name);
    const options = { method: endpoint.method, body: bodies[name]?.() ?? {} };
    expect(await house.call(pathOf(endpoint), options)).toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
    expect(await house.call(pathOf(endpoint), { ...options, token: operator.accessToken })).toMatchObject({
      status: 401,
    });
  });

  it.each(names(({ role }) => role === 'operator'))('%s is for operators only', async (name) => {
    const endpoint = endpointOf(name);
    const options = {
      method: endpoint.method,
      token: mary.accessToken,
      ...(endpoint.body ? { body: bodies[name]?.() } : {}),
    };
    expect(await house.call(pathOf(endpoint), options)).toMatchObject({ status: 403, code: 'AUTH_ROLE_MISSING' });
  });

  it.each(names(({ audience, scope }) => audience === 'account' && scope === undefined))(
    '%s is not for API tokens, whatever their scopes',
    async (name) => {
      const { token } = await mary.user.createApiToken({ body: { name, scopes: [...apiTokenScopes] } });
      const { accessToken } = await house.asService().exchangeApiToken({ body: { token } });
      const endpoint = endpointOf(name);
      const options = {
        method: endpoint.method,
        token: accessToken,
        ...(endpoint.body ? { body: bodies[name]?.() } : {}),
      };
      expect(await house.call(pathOf(endpoint), options)).toMatchObject({ status: 403, code: 'AUTH_SCOPE_MISSING' });
    },
  );

  it.each(names(({ params }) => params !== undefined))('%s takes nothing for an id that is none', async (name) => {
    const endpoint = endpointOf(name);
    for (const id of ['1', 'null', "'%20OR%201=1", '..%2f..%2f', '%00', 'x'.repeat(500)]) {
      const path = endpoint.path.replace(/:\w+/g, id);
      const options = {
        method: endpoint.method,
        token: operator.accessToken,
        ...(endpoint.body ? { body: bodies[name]?.() } : {}),
      };
      const answer = await house.call(path, options);
      expect([400, 404], `${path}: ${answer.text}`).toContain(answer.status);
    }
  });

  it('with a body has one here', () => {
    expect(Object.keys(bodies).toSorted()).toEqual(names(({ body }) => body !== undefined).toSorted());
  });
});

/** What somebody might like to be set together with what may be set. */
const wishes: Record<string, unknown> = {
  id: newId(),
  accountId: newId(),
  sub: newId(),
  roles: ['operator'],
  role: 'operator',
  isAdmin: true,
  operator: true,
  emailVerified: true,
  email_verified: true,
  passwordHash: 'x',
  hash: 'x',
  suspended: false,
  suspendedAt: null,
  createdAt: '2020-01-01T00:00:00.000Z',
  sessionId: newId(),
  expiresAt: '2099-01-01T00:00:00.000Z',
  hasPassword: false,
  $where: '1',
};

const poison = '{"polluted":true,"roles":["operator"],"emailVerified":true}';
const poisons = [
  `"__proto__":${poison}`,
  `"constructor":{"prototype":${poison}}`,
  `"prototype":${poison}`,
  '"toString":"x"',
  '"__defineGetter__":1',
];

describe('what a body may not say', () => {
  const clean = (): void => {
    const bare = {} as Record<string, unknown>;
    expect([
      bare['polluted'],
      bare['roles'],
      bare['emailVerified'],
      ([] as unknown as Record<string, unknown>)['polluted'],
    ]).toEqual(Array(4).fill(undefined));
    expect(Object.keys(Object.prototype)).toEqual([]);
  };

  it.each(Object.keys(bodies))('%s refuses every field that it does not know', async (name) => {
    const known = new Set(Object.keys((endpointOf(name).body as unknown as { shape: object }).shape));
    for (const [field, value] of Object.entries(wishes)) {
      if (known.has(field)) continue;
      const answer = await send(name, { ...bodies[name]?.(), [field]: value });
      expect(answer, `${name}.${field}: ${answer.text}`).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
      expect(answer.text).toContain(field);
    }
  });

  it.each(Object.keys(bodies))('%s cannot be used to poison prototypes', async (name) => {
    for (const part of poisons) {
      const text = `${JSON.stringify(bodies[name]?.() ?? {}).slice(0, -1)},${part}}`;
      const answer = await send(name, text);
      expect(answer, `${name} ${part}: ${answer.text}`).toMatchObject({ status: 400 });
      clean();
    }
  });

  it.each(Object.keys(bodies))('%s takes an object and nothing else', async (name) => {
    for (const text of [
      '[]',
      'null',
      '"text"',
      '1',
      'true',
      '[[[[]]]]',
      '{"a":',
      '',
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      '{"\\u0000":1}',
    ]) {
      const answer = await send(name, text);
      expect(answer.status, `${name} ${text.slice(0, 20)}: ${answer.text}`).toBe(400);
      expect(answer.code).toBeTruthy();
    }
    clean();
  });

  it('not even inside of the preferences', async () => {
    for (const part of [...poisons, '"isAdmin":true', '"theme":"dark","roles":["operator"]']) {
      const answer = await send('updateAccount', `{"preferences":{${part}}}`);
      expect(answer, `${part}: ${answer.text}`).toMatchObject({ status: 400 });
    }
    clean();
    expect(await mary.user.readAccount()).toMatchObject({ roles: ['author'], emailVerified: false });
  });

  it('nor in the query', async () => {
    for (const query of [
      '?__proto__[polluted]=1',
      '?constructor[prototype][polluted]=1',
      '?limit[__proto__]=1',
      '?isAdmin=1',
      '?limit=1&limit=2',
      '?limit=0',
      '?limit=101',
      '?limit=1e9',
    ])
      for (const name of ['listSessions', 'listPenNames', 'listApiTokens', 'listAccounts', 'listOutboxMails']) {
        const answer = await send(name, undefined, query);
        const ignored = answer.status === 200 && /__proto__|constructor/.test(query);
        expect(
          ignored || answer.status === 400 || answer.status === 403,
          `${name}${query}: ${answer.status} ${answer.text}`,
        ).toBe(true);
      }
    clean();
  });

  it('and nobody has become anything by it', async () => {
    const rows = await house.context.postgres.sql.query<{ roles: string[] }>(
      `SELECT roles FROM account WHERE id <> $1::uuid`,
      [operator.id],
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { roles } of rows) expect(roles).toEqual(['author']);
  });
});
