import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, PASSWORD, startAnother, startUser, type TestUser, tokenIn, v1 } from './kit.ts';

const remote = (change: Record<string, string> = {}): Record<string, string> => ({
  'remote-user': 'mary',
  'remote-email': 'mary@village.example',
  'remote-name': 'Mary of the Village',
  'remote-groups': 'admins,authors',
  ...change,
});

describe('signing in by the headers of a proxy', () => {
  let trusting: TestUser;
  let house: TestUser;
  beforeAll(async () => {
    house = await startUser({ variables: { REMOTE_AUTH_PROXIES: '10.42.0.0/16,fd00::/8' } });
    // the test itself is the proxy: it connects from 127.0.0.1
    trusting = await startAnother(house, { variables: { REMOTE_AUTH_PROXIES: '10.42.0.0/16,127.0.0.1/32' } });
  });
  afterAll(async () => {
    await trusting?.service.close();
    await house?.stop();
  });
  const signIn = async (to: TestUser, headers = remote()): Promise<Answer> =>
    await to.call(`${v1}/sessions/proxy`, { method: 'POST', headers });
  const me = async (to: TestUser, answer: Answer): Promise<Answer> =>
    await to.call(`${v1}/me`, { token: String(answer.data['accessToken']) });

  it('makes an account and finds it again, by cookie, without any role that a header names', async () => {
    expect(await trusting.anonymous.readSignInMethods()).toMatchObject({ proxy: true });
    const first = await signIn(trusting);
    expect(first.status).toBe(201);
    expect(first.data['refreshToken']).toBeNull();
    expect(first.headers.getSetCookie()[0]).toMatch(/^aw-refresh=.*HttpOnly; SameSite=Strict/);
    const account = await me(trusting, first);
    expect(account.data).toMatchObject({
      email: 'mary@village.example',
      emailVerified: true,
      name: 'Mary of the Village',
      roles: ['author'],
      hasPassword: false,
    });
    const again = await signIn(trusting, remote({ 'remote-email': 'MARY@village.example', 'remote-name': 'Renamed' }));
    expect((await me(trusting, again)).data).toMatchObject({ id: account.data['id'], name: 'Mary of the Village' });
    const { data } = await trusting.as(String(again.data['accessToken'])).listSessions({});
    expect(data.map(({ method }) => method)).toEqual(['proxy', 'proxy']);
  });

  it('reads a name in any script', async () => {
    const name = Buffer.from('Марія Вишневська', 'utf8').toString('latin1');
    const answer = await signIn(trusting, remote({ 'remote-email': 'maria@village.example', 'remote-name': name }));
    expect((await me(trusting, answer)).data['name']).toBe('Марія Вишневська');
  });

  it('enters the account that has the address, and closes what a stranger left open in it', async () => {
    const local = await trusting.signUp('Local', 'local@village.example');
    const [mail] = await trusting.mailsTo('local@village.example');
    await trusting.anonymous.confirmEmail({ body: { token: tokenIn(mail?.text ?? '') } });
    const answer = await signIn(trusting, remote({ 'remote-email': 'local@village.example' }));
    expect((await me(trusting, answer)).data).toMatchObject({ id: local.id, hasPassword: true });

    const stranger = await trusting.signUp('Stranger', 'taken@village.example');
    const owner = await signIn(trusting, remote({ 'remote-email': 'taken@village.example' }));
    expect((await me(trusting, owner)).data).toMatchObject({
      id: stranger.id,
      emailVerified: true,
      hasPassword: false,
    });
    expect(await trusting.call(`${v1}/me`, { token: stranger.accessToken })).toMatchObject({ status: 401 });
    await expect(trusting.signIn('taken@village.example', PASSWORD)).rejects.toMatchObject({ status: 401 });
  });

  it('keeps suspended accounts outside', async () => {
    await signIn(trusting, remote({ 'remote-email': 'bad@village.example' }));
    await trusting.context.postgres.sql.query(
      `UPDATE account SET suspended_at = now() WHERE email = 'bad@village.example'`,
    );
    expect(await signIn(trusting, remote({ 'remote-email': 'bad@village.example' }))).toMatchObject({
      status: 403,
      code: 'USER_ACCOUNT_SUSPENDED',
    });
  });

  it.each([
    ['no headers', {}],
    ['no address', { 'remote-user': 'mary' }],
    ['no user', { 'remote-email': 'mary@village.example' }],
    ['two addresses in one', remote({ 'remote-email': 'mary@village.example, operator@books.example' })],
    ['an address that is none', remote({ 'remote-email': 'mary' })],
    ['an empty address', remote({ 'remote-email': '' })],
  ])('needs more than %s', async (_, headers) => {
    expect(await signIn(trusting, headers)).toMatchObject({
      status: 401,
      code: 'USER_PROXY_NOT_TRUSTED',
    });
  });

  it('takes a header that comes twice for tampering', async () => {
    const { port } = trusting.service;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', method: 'POST', path: `${v1}/sessions/proxy` }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.setHeader('remote-user', 'mary');
      sent.setHeader('remote-email', ['mary@village.example', 'operator@books.example']);
      sent.end();
    });
    expect(status).toBe(401);
  });

  it.each([
    ['as it is', {}],
    ['saying that it comes from the proxy', { 'x-forwarded-for': '10.42.0.7' }],
    ['saying so twice', { 'x-forwarded-for': '10.42.0.7, 10.42.0.8' }],
    [
      'saying so in every header that proxies use',
      {
        'x-real-ip': '10.42.0.7',
        forwarded: 'for=10.42.0.7',
        'x-client-ip': '10.42.0.7',
        'cf-connecting-ip': '10.42.0.7',
        'true-client-ip': '10.42.0.7',
        'x-forwarded-host': '10.42.0.7',
      },
    ],
    ['saying so in IPv6', { 'x-forwarded-for': 'fd00::1' }],
    [
      'with the headers spelt otherwise',
      { Remote_Email: 'operator@books.example', 'REMOTE-EMAIL': 'operator@books.example' },
    ],
  ])('is refused to a request from elsewhere %s', async (_, headers) => {
    const answer = await signIn(house, { ...remote(), ...(headers as Record<string, string>) });
    expect(answer).toMatchObject({ status: 401, code: 'USER_PROXY_NOT_TRUSTED' });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is off unless a proxy is named, and no other endpoint looks at the headers', async () => {
    const off = await startAnother(house);
    expect(await signIn(off)).toMatchObject({ status: 401, code: 'USER_PROXY_NOT_TRUSTED' });
    expect(await off.anonymous.readSignInMethods()).toMatchObject({ proxy: false });
    expect(await trusting.call(`${v1}/me`, { headers: remote() })).toMatchObject({ status: 401 });
    await off.service.close();
  });

  it('is refused to a page of another site, whose requests pass the proxy as well', async () => {
    expect(await signIn(trusting, remote({ 'sec-fetch-site': 'cross-site' }))).toMatchObject({ status: 401 });
    expect((await signIn(trusting, remote({ 'sec-fetch-site': 'same-origin' }))).status).toBe(201);
  });

  it('is not started with ranges that are none', async () => {
    await expect(startAnother(house, { variables: { REMOTE_AUTH_PROXIES: 'traefik' } })).rejects.toThrow(
      /REMOTE_AUTH_PROXIES\s+must list ranges such as/,
    );
  });
});
