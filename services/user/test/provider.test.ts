import { createServer } from 'node:http';
import { eventually } from '@authorworks/platform/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, startAnother, tokenIn, v1 } from './kit.ts';
import {
  CALLBACK,
  clock,
  comeBack,
  enter,
  expectRefused,
  settings,
  signIn,
  somebody,
  there,
  toCallback,
} from './provider-house.ts';
import { CLIENT, HOUSE_URL, listenOnLoopback, openBrowser, stopServer } from './sign-in-provider.ts';

describe('signing in with a provider', () => {
  it('is offered on the sign-in page', async () => {
    expect(await there.house.anonymous.readSignInMethods()).toMatchObject({
      provider: { name: 'The Village Login', startUrl: '/api/user/v1/oidc/start' },
    });
  });

  it('leaves with PKCE, state and nonce, and a cookie that holds none of them in clear', async () => {
    const response = await fetch(`${there.house.service.url}${v1}/oidc/start`, { redirect: 'manual' });
    expect(response.status).toBe(302);
    const target = new URL(response.headers.get('location') ?? '');
    expect(target.origin).toBe(there.provider.issuer);
    const { state = '', nonce = '', ...rest } = Object.fromEntries(target.searchParams);
    expect(rest).toMatchObject({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^aw-sign-in=[\w.-]+; Path=\/api\/user\/v1\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/);
    for (const secret of [state, nonce]) {
      expect(secret.length).toBeGreaterThanOrEqual(43);
      expect(cookie).not.toContain(secret);
    }
  });

  it('makes an account for somebody new, and finds it again', async () => {
    const person = somebody({ name: 'Ada Lovelace' });
    const response = await signIn(person);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`${HOUSE_URL}/`);
    const first = await enter(response);
    expect(first.data).toMatchObject({
      email: person.email,
      emailVerified: true,
      name: 'Ada Lovelace',
      roles: ['author'],
      hasPassword: false,
    });
    // the address may change at the provider; the person stays the same
    const second = await enter(await signIn({ ...person, email: 'countess@village.example' }));
    expect(second.data).toMatchObject({ id: first.data['id'], email: person.email });
    const created = (await there.house.events('user.account.created')).filter(
      ({ data }) => data['email'] === person.email,
    );
    expect(created).toHaveLength(1);
  });

  it('comes back to the page it began on', async () => {
    there.provider.setPerson(somebody());
    const browser = openBrowser();
    const callback = await toCallback(
      browser,
      there.house,
      `?returnTo=${encodeURIComponent('/books/42?tab=tree#end')}`,
    );
    expect((await comeBack(browser, callback, there.house)).headers.get('location')).toBe(
      `${HOUSE_URL}/books/42?tab=tree#end`,
    );
  });

  it('gives people without a usable name one', async () => {
    for (const name of ['', '  ', 'two\nlines'])
      expect((await enter(await signIn(somebody({ name })))).data['name']).toMatch(/^person-\d+$/);
  });
});

describe('an account that is there already', () => {
  const confirmed = async (email: string) => {
    const person = await there.house.signUp('Local', email);
    const [mail] = await there.house.mailsTo(email);
    await there.house.anonymous.confirmEmail({ body: { token: tokenIn(mail?.text ?? '') } });
    return person;
  };

  it('is connected by an address that both sides have confirmed, and its owner is told', async () => {
    const local = await confirmed('both@village.example');
    const response = await signIn(somebody({ email: 'Both@Village.Example' }));
    expect((await enter(response)).data).toMatchObject({ id: local.id, hasPassword: true });
    await there.house.signIn('both@village.example');
    expect(await local.user.readAccount()).toMatchObject({ id: local.id });
    await eventually(async () => {
      const mails = await there.house.mailsTo('both@village.example', 2);
      expect(mails.map(({ subject }) => subject)).toContain('You can now sign in with The Village Login');
    });
  });

  it.each([false, undefined, 'true', 1])(
    'is not connected when the provider says %s of the address',
    async (email_verified) => {
      const email = `victim-${String(email_verified)}@village.example`;
      await confirmed(email);
      await expectRefused(async () => await signIn(somebody({ email, email_verified })));
      const rows = await there.house.context.postgres.sql.query(
        'SELECT 1 FROM identity i JOIN account a ON a.id = i.account_id WHERE a.email = $1',
        [email],
      );
      expect(rows).toEqual([]);
    },
  );

  it('that a stranger made with the address is taken over by its owner', async () => {
    const stranger = await there.house.signUp('Stranger', 'mine@village.example');
    const { token } = await stranger.user.createApiToken({ body: { name: 'back door', scopes: ['books:read'] } });
    const owner = await enter(await signIn(somebody({ email: 'mine@village.example' })));
    expect(owner.data).toMatchObject({ id: stranger.id, emailVerified: true, hasPassword: false });
    expect(await there.house.call(`${v1}/me`, { token: stranger.accessToken })).toMatchObject({ status: 401 });
    expect(
      await there.house.call(`${v1}/sessions`, { body: { email: 'mine@village.example', password: PASSWORD } }),
    ).toMatchObject({ status: 401 });
    await expect(there.house.asService().exchangeApiToken({ body: { token } })).rejects.toMatchObject({ status: 401 });
  });

  it('that is suspended stays outside', async () => {
    const person = somebody();
    await signIn(person);
    await there.house.context.postgres.sql.query('UPDATE account SET suspended_at = now() WHERE email = $1', [
      person.email,
    ]);
    await expectRefused(async () => await signIn(person), 'USER_ACCOUNT_SUSPENDED', 403);
  });
});

describe('who may not come in', () => {
  it.each([
    ['no address', { email: undefined }],
    ['an address that is none', { email: 'not an address' }],
    ['an address with a header behind it', { email: 'a@village.example\r\nBcc: b@village.example' }],
  ])('is somebody with %s', async (_, change) => {
    const { email, ...rest } = { ...somebody(), ...change };
    await expectRefused(async () => await signIn(email === undefined ? rest : { ...rest, email }));
  });

  it('is somebody new where the provider may not make accounts', async () => {
    const closed = await startAnother(there.house, {
      variables: settings(there.provider.issuer, { OIDC_SIGN_UP: 'closed' }),
      clock,
    });
    const person = somebody();
    await expectRefused(async () => await signIn(person, closed), 'USER_SIGN_UP_CLOSED', 403);
    await signIn(person);
    expect((await signIn(person, closed)).status).toBe(302);
    await closed.service.close();
  });

  it('is somebody with an unconfirmed address where that is wanted', async () => {
    const strict = await startAnother(there.house, {
      variables: settings(there.provider.issuer, { EMAIL_VERIFICATION: 'required' }),
      clock,
    });
    const person = somebody({ email_verified: false });
    await expectRefused(async () => await signIn(person, strict), 'USER_EMAIL_UNVERIFIED', 403);
    const [mail] = await there.house.mailsTo(person.email ?? '');
    await there.house.anonymous.confirmEmail({ body: { token: tokenIn(mail?.text ?? '') } });
    expect((await signIn(person, strict)).status).toBe(302);
    await strict.service.close();
  });

  it('is somebody who said no at the provider; a browser is told on a page, in our words', async () => {
    there.provider.setPerson(undefined);
    const browser = openBrowser();
    const callback = await toCallback(browser, there.house);
    expect(callback.searchParams.get('error')).toBe('access_denied');
    const response = await comeBack(browser, callback, there.house, { accept: 'text/html,*/*' });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('text/html');
    const page = await response.text();
    expect(page).toContain('Please start again');
    expect(page).not.toContain('<b>');
  });
});

describe('a provider that is away', () => {
  it('is said so at sign-in only, and used again when it is back', async () => {
    const server = createServer((_request, response) => response.writeHead(503).end('maintenance'));
    const issuer = await listenOnLoopback(server);
    const away = await startAnother(there.house, { variables: settings(issuer) });
    expect(await away.call(`${v1}/oidc/start`)).toMatchObject({ status: 502, code: 'USER_PROVIDER_FAILED' });
    const page = await away.call(`${v1}/oidc/start`, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
    expect((await away.call('/readyz')).status).toBe(200);
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    };
    server.removeAllListeners('request');
    server.on('request', (_request, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata)),
    );
    expect(await away.call(`${v1}/oidc/start`)).toMatchObject({ status: 302 });
    await away.service.close();
    await stopServer(server);
  });

  it('is missed where none is set up', async () => {
    const without = await startAnother(there.house, {});
    expect(await without.anonymous.readSignInMethods()).toMatchObject({ provider: null });
    for (const path of ['start', 'callback?state=x&code=y'])
      expect(await without.call(`${v1}/oidc/${path}`)).toMatchObject({
        status: 404,
        code: 'USER_PROVIDER_NOT_CONFIGURED',
      });
    await without.service.close();
  });
});
