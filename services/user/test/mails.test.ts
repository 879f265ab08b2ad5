import { type EventEnvelope, userApi } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invitation } from '../src/mail/letters.ts';
import {
  type Answer,
  DAY,
  MINUTE,
  movableClock,
  PASSWORD,
  startAnother,
  startUser,
  type TestUser,
  tokenIn,
  v1,
} from './kit.ts';

const clock = movableClock();
let house: TestUser;
beforeAll(async () => {
  house = await startUser({ clock });
});
afterAll(async () => await house?.stop());

const confirm = async (token: string): Promise<Answer> =>
  await house.call(`${v1}/email-verifications/confirm`, { body: { token } });
const reset = async (token: string, password: string): Promise<Answer> =>
  await house.call(`${v1}/password-resets/confirm`, { body: { token, password } });
const askForReset = async (email: string): Promise<Answer> =>
  await house.call(`${v1}/password-resets`, { body: { email } });

/** Everything that the service keeps, as text. */
const everythingKept = async (): Promise<string> => {
  const { sql } = house.context.postgres;
  const tables = await sql.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'user'`);
  const rows = [];
  for (const { name } of tables) rows.push(await sql.query(`SELECT * FROM "${name}"`));
  return JSON.stringify(rows);
};

describe('confirming an e-mail address', () => {
  it('works once, by the link of the mail, and tells the house', async () => {
    const mary = await house.signUp();
    const [mail] = await house.mailsTo(mary.email);
    expect(mail?.subject).toBe('Please confirm your e-mail address');
    expect(mail?.text).toContain(`http://localhost:8080/verify-email#token=`);
    const token = tokenIn(mail?.text ?? '');
    expect(tokenIn(mail?.html ?? '')).toBe(token);
    expect((await confirm(token)).status).toBe(204);
    expect(await mary.user.readAccount()).toMatchObject({ emailVerified: true });
    expect(await confirm(token)).toMatchObject({ status: 400, code: 'USER_LINK_EXPIRED' });
    const events = await house.events('user.account.updated');
    expect(events.filter(({ data }) => data['accountId'] === mary.id)).toMatchObject([
      { data: { emailVerified: true } },
    ]);
  });

  it('keeps no token of any mail, in no table', async () => {
    const mary = await house.signUp();
    await askForReset(mary.email);
    const mails = await house.mailsTo(mary.email, 2);
    const kept = await everythingKept();
    expect(kept).toContain(mary.email);
    for (const { text } of mails) {
      expect(tokenIn(text)).toHaveLength(43);
      expect(kept).not.toContain(tokenIn(text));
    }
  });

  it('sends the link again, but fills nobody’s mailbox', async () => {
    const mary = await house.signUp();
    await house.mailsTo(mary.email);
    for (let index = 0; index < 6; index += 1) {
      await mary.user.requestEmailVerification();
      await eventually(async () => {
        const open = await house.context.postgres.sql.query(`SELECT 1 FROM job WHERE status IN ('queued', 'running')`);
        expect(open).toHaveLength(0);
      });
    }
    const mails = await house.mailsTo(mary.email);
    expect(mails).toHaveLength(3);
    for (const { text } of mails.slice(1)) expect(tokenIn(text)).not.toBe(tokenIn(mails[0]?.text ?? ''));
    expect((await confirm(tokenIn(mails[2]?.text ?? ''))).status).toBe(204);
    expect(await confirm(tokenIn(mails[0]?.text ?? ''))).toMatchObject({ code: 'USER_LINK_EXPIRED' });
    await mary.user.requestEmailVerification();
  });

  it.each([
    ['expired', async (token: string) => (clock.move(4 * DAY), await Promise.resolve(token))],
    ['made up', async () => await Promise.resolve('x'.repeat(43))],
    ['cut', async (token: string) => await Promise.resolve(token.slice(1))],
  ])('does not work by a link that is %s', async (_, change) => {
    const mary = await house.signUp();
    const [mail] = await house.mailsTo(mary.email);
    const answer = await confirm(await change(tokenIn(mail?.text ?? '')));
    expect(answer).toMatchObject({ status: 400, code: 'USER_LINK_EXPIRED' });
  });

  it('does not work by the link of another purpose', async () => {
    const mary = await house.signUp();
    const verification = tokenIn((await house.mailsTo(mary.email))[0]?.text ?? '');
    expect(await reset(verification, 'a better password now')).toMatchObject({ code: 'USER_LINK_EXPIRED' });
    await askForReset(mary.email);
    const link = tokenIn((await house.mailsTo(mary.email, 2))[0]?.text ?? '');
    expect(await confirm(link)).toMatchObject({ code: 'USER_LINK_EXPIRED' });
  });
});

describe('a house that wants addresses confirmed first', () => {
  let strict: TestUser;
  beforeAll(async () => {
    strict = await startAnother(house, { variables: { EMAIL_VERIFICATION: 'required' }, clock });
  });
  afterAll(async () => await strict?.service.close());

  it('lets nobody in before, and says so only to who knows the password', async () => {
    const body = { email: 'strict@books.example', password: PASSWORD, name: 'Strict' };
    await strict.anonymous.createAccount({ body });
    const signIn = async (password: string) =>
      await strict.call(`${v1}/sessions`, { body: { email: body.email, password } });
    expect(await signIn('not the password')).toMatchObject({ status: 401, code: 'USER_CREDENTIALS_WRONG' });
    expect(await signIn(PASSWORD)).toMatchObject({ status: 403, code: 'USER_EMAIL_UNVERIFIED' });
    const [mail] = await strict.mailsTo(body.email, 2);
    await confirm(tokenIn(mail?.text ?? ''));
    expect((await signIn(PASSWORD)).status).toBe(201);
  });

  it('lets its first operator in without a mail', async () => {
    const operator = await strict.operator();
    expect(await operator.user.readAccount()).toMatchObject({ roles: ['operator', 'author'], emailVerified: true });
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link of the mail; all sessions end, and the address is confirmed', async () => {
    const mary = await house.signUp();
    expect((await askForReset(mary.email.toUpperCase())).status).toBe(202);
    const [mail] = await house.mailsTo(mary.email, 2);
    expect(mail?.text).toContain('http://localhost:8080/reset-password#token=');
    const token = tokenIn(mail?.text ?? '');
    expect(await reset(token, 'password1')).toMatchObject({ status: 400, code: 'USER_PASSWORD_WEAK' });
    expect((await reset(token, 'a better password now')).status).toBe(204);
    expect(await reset(token, 'and yet another one')).toMatchObject({ status: 400, code: 'USER_LINK_EXPIRED' });
    expect(await house.call(`${v1}/me`, { token: mary.accessToken })).toMatchObject({ status: 401 });
    await expect(house.signIn(mary.email)).rejects.toMatchObject({ code: 'USER_CREDENTIALS_WRONG' });
    const again = await house.signIn(mary.email, 'a better password now');
    expect(await again.user.readAccount()).toMatchObject({ emailVerified: true });
  });

  it('is asked for with the same answer whoever it is, and mails only to those who are', async () => {
    const mary = await house.signUp();
    const known = await askForReset(mary.email);
    const nobody = await askForReset('nobody@books.example');
    expect([nobody.status, nobody.text]).toEqual([known.status, known.text]);
    await house.mailsTo(mary.email, 2);
    const page = await house.context.mail.outbox?.list({ limit: 500 });
    expect(page?.mails.some(({ to }) => to === 'nobody@books.example')).toBe(false);
    const reset = `SELECT count(*)::int AS count FROM job WHERE type = 'user.send-password-reset' AND input->>'email' = $1`;
    for (const email of [mary.email, 'nobody@books.example'])
      expect(await house.context.postgres.sql.query(reset, [email])).toEqual([{ count: 1 }]);
  });

  it('cannot be replaced an hour later, nor twice at the same moment', async () => {
    const mary = await house.signUp();
    await askForReset(mary.email);
    const late = tokenIn((await house.mailsTo(mary.email, 2))[0]?.text ?? '');
    clock.move(61 * MINUTE);
    expect(await reset(late, 'a better password now')).toMatchObject({ code: 'USER_LINK_EXPIRED' });
    await askForReset(mary.email);
    const token = tokenIn((await house.mailsTo(mary.email, 3))[0]?.text ?? '');
    const answers = await Promise.all(
      ['one long password', 'two long passwords'].map(async (password) => await reset(token, password)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 400]);
  });

  it('opens an account that others’ guesses keep waiting', async () => {
    const mary = await house.signUp();
    const from = '198.51.100.200';
    const guess = async (password: string) =>
      await house.call(`${v1}/sessions`, { body: { email: mary.email, password }, from });
    for (let index = 0; index < 6; index += 1) await guess('a wrong guess');
    expect(await guess(PASSWORD)).toMatchObject({ status: 429 });
    await askForReset(mary.email);
    const token = tokenIn((await house.mailsTo(mary.email, 2))[0]?.text ?? '');
    await house.call(`${v1}/password-resets/confirm`, { body: { token, password: 'a better password now' }, from });
    expect((await guess('a better password now')).status).toBe(201);
  });

  it('takes the account back from a stranger who had made it with this address', async () => {
    const stranger = await house.signUp('Stranger', 'owner@books.example');
    const { token } = await stranger.user.createApiToken({ body: { name: 'back door', scopes: ['books:read'] } });
    await askForReset('owner@books.example');
    const link = tokenIn((await house.mailsTo('owner@books.example', 2))[0]?.text ?? '');
    expect((await reset(link, 'the owner’s own words')).status).toBe(204);
    expect(await house.call(`${v1}/me`, { token: stranger.accessToken })).toMatchObject({ status: 401 });
    await expect(house.asService().exchangeApiToken({ body: { token } })).rejects.toMatchObject({
      code: 'USER_API_TOKEN_INVALID',
    });
    const owner = await house.signIn('owner@books.example', 'the owner’s own words');
    expect((await owner.user.listApiTokens({})).data).toEqual([]);
  });
});

describe('an invitation', () => {
  const publish = async (data: Record<string, unknown>, id = newId()): Promise<string> => {
    const envelope: EventEnvelope = {
      meta: {
        id,
        type: 'content.collaborator.invited',
        version: 1,
        timestamp: new Date().toISOString(),
        correlationId: id,
        source: 'content',
      },
      data: {
        bookId: newId(),
        collaboratorId: newId(),
        bookTitle: 'The Last Man',
        email: 'percy@books.example',
        role: 'co-author',
        invitedByName: 'Mary',
        hasAccount: false,
        ...data,
      },
    };
    await house.context.redis.commands.xadd('content:events', '*', 'envelope', JSON.stringify(envelope));
    return id;
  };

  it('is mailed once, however often the event comes', async () => {
    const id = await publish({ email: 'once@books.example' });
    await house.mailsTo('once@books.example');
    // as after a crash between the mail and the note that the event was handled
    await house.context.postgres.sql.query('DELETE FROM inbox WHERE event_id = $1::uuid', [id]);
    await publish({ email: 'once@books.example' }, id);
    await publish({ email: 'after@books.example' });
    await house.mailsTo('after@books.example');
    const [mail, ...more] = await house.mailsTo('once@books.example');
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Mary invites you to “The Last Man”');
    expect(mail?.text).toContain('as a co-author');
    expect(mail?.text).toContain('Make an account with this e-mail address');
    expect(mail?.text).toContain('http://localhost:8080/');
  });

  it('says what the title says, and lets no title be more than text', async () => {
    await publish({
      email: 'title@books.example',
      bookTitle: `<script>alert("x")</script>\r\nBcc: spy@books.example${' long'.repeat(100)}`,
      hasAccount: true,
    });
    const [mail] = await house.mailsTo('title@books.example');
    expect(mail?.subject).not.toMatch(/[\r\n]/);
    expect(mail?.subject.length).toBeLessThanOrEqual(200);
    expect(mail?.html).not.toContain('<script>');
    expect(mail?.html).toContain('&lt;script&gt;');
    expect(mail?.text).toContain('Sign in, and you will find it on your shelf.');
  });

  it('to what is no address is left out', async () => {
    await publish({ email: 'not an address' });
    await publish({ email: 'behind@books.example' });
    await house.mailsTo('behind@books.example');
    expect(await house.context.bus.deadLetters()).toEqual([]);
  });

  it('has its text in one place, with every role', () => {
    for (const role of ['co-author', 'editor', 'beta-reader'] as const) {
      const facts = { bookTitle: 'Mathilda', invitedByName: 'Mary', role, hasAccount: true };
      expect(invitation(house.context, 'percy@books.example', facts).text).toContain(
        role.replace('-', role === 'beta-reader' ? ' ' : '-'),
      );
    }
  });
});

describe('the outbox page', () => {
  const outbox = async (house: TestUser, token?: string) =>
    await house.call(`${v1}/outbox?limit=2`, token ? { token } : {});

  it('is for operators, unless the house is for its own machine only', async () => {
    const open = await startAnother(house, { variables: { OUTBOX_ACCESS: 'anyone' }, clock });
    const mary = await house.signUp();
    const operator = await house.operator().catch(() => undefined);
    await house.mailsTo(mary.email);
    expect(await outbox(house)).toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
    expect(await outbox(house, mary.accessToken)).toMatchObject({ status: 403, code: 'AUTH_ROLE_MISSING' });
    if (operator) expect((await outbox(house, operator.accessToken)).status).toBe(200);
    const page = await outbox(open);
    expect(page.status).toBe(200);
    expect(page.data).toHaveLength(2);
    expect(await open.call(`${v1}/outbox`, { token: 'nonsense' })).toMatchObject({ status: 401 });
    await open.service.close();
  });

  it('is not there where mail is really sent, and mail really is', async () => {
    const received: string[] = [];
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      closeTimeout: 100,
      onData: (stream, _session, done) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        stream.on('end', () => {
          received.push(text);
          done();
        });
      },
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.server.address() as AddressInfo;
    const sending = await startUser({
      variables: { MAIL: 'smtp', SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'House <house@books.example>' },
    });
    expect(await sending.call(userApi.listOutboxMails.path)).toMatchObject({ status: 404, code: 'USER_OUTBOX_OFF' });
    expect(await sending.anonymous.readSignInMethods()).toMatchObject({ outbox: false });
    await sending.anonymous.createAccount({ body: { email: 'sent@books.example', password: PASSWORD, name: 'Sent' } });
    await eventually(() => expect(received.join('')).toContain('To: sent@books.example'));
    await sending.stop();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
