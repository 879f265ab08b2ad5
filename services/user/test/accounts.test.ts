import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailKeyOf } from '../src/account/email-key.ts';
import { isWeakPassword } from '../src/password/password-policy.ts';
import { PASSWORD, startAnother, startUser, type TestUser, v1 } from './kit.ts';

let house: TestUser;
beforeAll(async () => {
  house = await startUser();
});
afterAll(async () => await house?.stop());

describe('signing up', () => {
  const signUp = async (body: Record<string, unknown>) =>
    await house.call(`${v1}/accounts`, {
      body: { email: 'emily@books.example', password: PASSWORD, name: 'Emily', ...body },
    });

  it('makes an author whose address is still to be confirmed, and tells the house', async () => {
    const answer = await signUp({});
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      email: 'emily@books.example',
      emailVerified: false,
      name: 'Emily',
      bio: '',
      roles: ['author'],
      preferences: {},
      hasPassword: true,
    });
    const events = await house.events('user.account.created');
    expect(events.map(({ data }) => data)).toContainEqual({
      accountId: answer.data['id'],
      email: 'emily@books.example',
      emailVerified: false,
      name: 'Emily',
    });
    const [mail] = await house.mailsTo('emily@books.example');
    expect(mail?.text).toContain('/verify-email#token=');
  });

  it('takes an address once, however it is written', async () => {
    for (const email of ['emily@books.example', 'Emily@Books.Example', 'EMILY@BOOKS.EXAMPLE'])
      expect(await signUp({ email })).toMatchObject({ status: 409, code: 'USER_EMAIL_TAKEN' });
  });

  it('takes an address once when ten sign up with it at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => await signUp({ email: 'ten@books.example' })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  it.each([
    ['no address', { email: 'emily' }, 'body.email'],
    ['an address with a line break', { email: 'a@books.example\r\nBcc: b@books.example' }, 'body.email'],
    ['a short password', { password: '1234567' }, 'body.password'],
    ['an endless password', { password: 'x'.repeat(201) }, 'body.password'],
    ['an empty name', { name: '   ' }, 'body.name'],
    ['a name of two lines', { name: 'Emily\nJane' }, 'body.name'],
  ])('refuses %s and says where', async (_, change, path) => {
    const answer = await signUp({ email: 'new@books.example', ...change });
    expect(answer).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(answer.text).toContain(`"path":"${path}"`);
  });

  it.each([
    'password1',
    'Passw0rd!',
    'qwertyuiop',
    '12345678',
    '87654321',
    'aaaaaaaa',
    'abcdefgh',
    'abababab',
    'emily@books.example',
    'EmilyEmily',
  ])('refuses the password %s, which is guessed first', async (password) => {
    const answer = await signUp({ email: 'emily@books.example', name: 'EmilyEmily', password });
    expect(answer).toMatchObject({ status: 400, code: 'USER_PASSWORD_WEAK' });
  });

  it('is refused where the house is closed', async () => {
    const closed = await startAnother(house, { variables: { SIGN_UP: 'closed' } });
    const body = { email: 'closed@books.example', password: PASSWORD, name: 'Emily' };
    expect(await closed.call(`${v1}/accounts`, { body })).toMatchObject({ status: 403, code: 'USER_SIGN_UP_CLOSED' });
    expect(await closed.anonymous.readSignInMethods()).toMatchObject({ signUp: false });
    await closed.service.close();
  });
});

describe('what counts as the same address', () => {
  it.each([
    ['Mary@Shelley.example', 'mary@shelley.example'],
    [' mary@shelley.example ', 'mary@shelley.example'],
    ['mary@shelley.example.', 'mary@shelley.example'],
    ['ｍary@shelley.example', 'mary@shelley.example'],
    ['mary@bücher.example', 'mary@xn--bcher-kva.example'],
  ])('%s is %s', (given, key) => expect(emailKeyOf(given)).toBe(key));

  it('leaves different what only some providers take for the same', () => {
    expect(emailKeyOf('ma.ry+x@books.example')).not.toBe(emailKeyOf('mary@books.example'));
  });
});

describe('what counts as a weak password', () => {
  const person = { email: 'mary.godwin@shelley.example', name: 'Mary Wollstonecraft Shelley' };
  it.each([
    'maryshelley1818',
    'correct horse battery staple',
    'Tr0ub4dor&3',
    'gK8#pLw2',
    'my dog eats books',
    'ΑθήναΑθήνα7',
  ])('takes %s', (password) => expect(isWeakPassword(password, person)).toBe(false));
  it.each([
    'wollstonecraft',
    'Wollstonecraft1797',
    'shelley.example',
    'mary.godwin@shelley.example',
    'password2026',
    'P@ssw0rd',
    'letmein!!!',
    'qwerty123',
    'dragondragon',
    '01234567',
    '99999999',
    '12121212',
  ])('refuses %s', (password) => expect(isWeakPassword(password, person)).toBe(true));
});

describe('signing in', () => {
  it('answers with tokens that everybody in the house can check', async () => {
    const mary = await house.signUp();
    const answer = await house.call(`${v1}/sessions`, {
      body: { email: mary.email.toUpperCase(), password: PASSWORD },
    });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      expiresInSeconds: 900,
      refreshToken: expect.any(String),
      sessionId: expect.any(String),
    });
    expect(answer.headers.get('set-cookie')).toBeNull();
    const [header = '', payload = ''] = String(answer.data['accessToken']).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      iss: 'authorworks',
      aud: 'authorworks',
      sub: mary.id,
      sid: answer.data['sessionId'],
      name: 'Mary',
      roles: ['author'],
    });
  });

  it('answers the same for a wrong password and for an address that nobody has', async () => {
    const mary = await house.signUp();
    const wrong = await house.call(`${v1}/sessions`, { body: { email: mary.email, password: 'not the password' } });
    const nobody = await house.call(`${v1}/sessions`, { body: { email: 'nobody@books.example', password: PASSWORD } });
    expect(wrong).toMatchObject({ status: 401, code: 'USER_CREDENTIALS_WRONG' });
    const anonymised = ({ text }: { text: string }): string => text.replace(/"requestId":"[^"]*"/, '');
    expect(anonymised(nobody)).toBe(anonymised(wrong));
    expect([...nobody.headers.keys()]).toEqual([...wrong.headers.keys()]);
  });

  it('takes a password in whatever way a keyboard writes its letters', async () => {
    const body = { email: 'noel@books.example', name: 'Noel', password: 'caf\u00e9 au lait, deux' };
    await house.anonymous.createAccount({ body });
    expect(
      (await house.call(`${v1}/sessions`, { body: { email: body.email, password: 'cafe\u0301 au lait, deux' } }))
        .status,
    ).toBe(201);
  });

  it('ends in the oldest sessions when a script signs in for every call', async () => {
    const mary = await house.signUp();
    for (let index = 0; index < 105; index += 1) await house.signIn(mary.email);
    const { data, pagination } = await (await house.signIn(mary.email)).user.listSessions({ query: { limit: 100 } });
    expect(data).toHaveLength(100);
    expect(pagination.nextCursor).toBeNull();
  });
});

describe('the own account', () => {
  it('is changed, and only what was sent', async () => {
    const mary = await house.signUp();
    await mary.user.updateAccount({ body: { preferences: { theme: 'dark', timeZone: 'Europe/Vienna' } } });
    await mary.user.updateAccount({ body: { name: 'Mary S.', preferences: { language: 'de-AT' } } });
    expect(await mary.user.updateAccount({ body: { bio: 'Wrote by the lake.' } })).toMatchObject({
      name: 'Mary S.',
      bio: 'Wrote by the lake.',
      preferences: { theme: 'dark', timeZone: 'Europe/Vienna', language: 'de-AT' },
    });
    expect(await mary.user.updateAccount({ body: {} })).toMatchObject({ name: 'Mary S.' });
    const events = await house.events('user.account.updated');
    expect(events.filter(({ data }) => data['accountId'] === mary.id)).toHaveLength(1);
  });

  it('refuses a time zone that there is not', async () => {
    const mary = await house.signUp();
    await expect(
      mary.user.updateAccount({ body: { preferences: { timeZone: 'Mars/Olympus' } } }),
    ).rejects.toMatchObject({
      status: 400,
      fields: [{ path: 'body.preferences.timeZone' }],
    });
  });

  it('gets another password by showing the old one; other sessions end, this one stays', async () => {
    const mary = await house.signUp();
    const other = await house.signIn(mary.email);
    const change = async (currentPassword: string, newPassword: string) =>
      await house.call(`${v1}/me/password`, {
        method: 'PUT',
        token: mary.accessToken,
        body: { currentPassword, newPassword },
      });
    expect(await change('not it', 'a better password now')).toMatchObject({
      status: 401,
      code: 'USER_CREDENTIALS_WRONG',
    });
    expect(await change(PASSWORD, 'password1')).toMatchObject({ status: 400, code: 'USER_PASSWORD_WEAK' });
    expect(await change(PASSWORD, 'a better password now')).toMatchObject({ status: 204 });
    expect(await mary.user.readAccount()).toMatchObject({ email: mary.email });
    expect(await house.call(`${v1}/me`, { token: other.accessToken })).toMatchObject({ status: 401 });
    expect(await house.call(`${v1}/sessions/refresh`, { body: { refreshToken: other.refreshToken } })).toMatchObject({
      status: 401,
      code: 'USER_REFRESH_INVALID',
    });
    await expect(house.signIn(mary.email)).rejects.toMatchObject({ code: 'USER_CREDENTIALS_WRONG' });
    await house.signIn(mary.email, 'a better password now');
    const mails = await house.mailsTo(mary.email, 2);
    expect(mails.map(({ subject }) => subject)).toContain('Your password was changed');
  });

  it('does not become a way to guess the password', async () => {
    const mary = await house.signUp();
    const guess = async () =>
      await house.call(`${v1}/me/password`, {
        method: 'PUT',
        token: mary.accessToken,
        from: '198.51.100.7',
        body: { currentPassword: 'guess', newPassword: 'a better password now' },
      });
    for (let index = 0; index < 5; index += 1) expect(await guess()).toMatchObject({ code: 'USER_CREDENTIALS_WRONG' });
    const answer = await guess();
    expect(answer).toMatchObject({ status: 429, code: 'USER_TOO_MANY_GUESSES' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('other services', () => {
  it('find accounts by id and by address, in any case; unknown ones are left out', async () => {
    const mary = await house.signUp();
    const percy = await house.signUp('Percy');
    const found = await house.asService('content').findAccounts({
      body: {
        ids: [mary.id, '00000000-0000-7000-8000-000000000000'],
        emails: [percy.email.toUpperCase(), 'none@books.example'],
      },
    });
    expect(found.map(({ id }) => id)).toEqual([mary.id, percy.id]);
    expect(found[0]).toEqual({
      id: mary.id,
      email: mary.email,
      emailVerified: false,
      name: 'Mary',
      roles: ['author'],
      suspended: false,
    });
  });

  it('are asked who they are', async () => {
    const mary = await house.signUp();
    await expect(mary.user.findAccounts({ body: {} })).rejects.toMatchObject({ status: 401 });
    await expect(house.anonymous.findAccounts({ body: {} })).rejects.toMatchObject({ status: 401 });
    await expect(
      house.asService('content', 'another key of more than 32 characters').findAccounts({ body: {} }),
    ).rejects.toMatchObject({ status: 401 });
  });
});
