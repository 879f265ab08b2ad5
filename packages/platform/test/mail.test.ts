import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@authorworks/servers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Context, defineService, mailSettings, newId, postgresSettings, redisSettings } from '../src/index.ts';
import { type Mail, type Mailer, type MailQueue, openMail, openMailQueue } from '../src/mail/index.ts';
import { openPostgres, type Postgres } from '../src/postgres/index.ts';
import { type JobQueue, openQueue } from '../src/queue/index.ts';
import { openRedis } from '../src/redis.ts';
import {
  eventually,
  startTestServers,
  startTestService,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';

interface PostContext extends Context {
  readonly mail: Mailer;
  readonly postgres: Postgres;
  readonly queue: JobQueue;
  readonly letters: MailQueue;
}

const settings = { ...postgresSettings, ...redisSettings, ...mailSettings };

const postOffice = defineService({
  name: 'messaging',
  version: '0.0.1',
  config: settings,
  context: async (base): Promise<PostContext> => {
    const postgres = await openPostgres(base);
    const queue = openQueue(base, postgres, openRedis(base));
    const mail = openMail(base);
    return { ...base, postgres, queue, mail, letters: openMailQueue(base, queue, mail) };
  },
  routes: [],
  start: ({ queue }) => queue.start(),
});

const letter = (change: Partial<Mail> = {}): Mail => ({
  to: 'percy@example.org',
  subject: 'Die Sturmhöhe',
  text: 'Come to the lake.\n.\nM.',
  ...change,
});

interface Received {
  readonly to: string[];
  readonly from: string;
  readonly raw: string;
}

interface TestMailServer {
  readonly port: number;
  readonly received: Received[];
  readonly stop: () => Promise<void>;
}

/** A real mail server that keeps what it gets. */
const startMailServer = async (options: SMTPServerOptions = {}, port = 0): Promise<TestMailServer> => {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    authOptional: true,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    stop: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

let servers: TestServers;
beforeAll(async () => {
  servers = await startTestServers();
});
afterAll(async () => await servers?.stop());

const open = async (variables: Record<string, string>): Promise<{ service: TestService; context: PostContext }> => {
  const service = await startTestService(postOffice, servers, { variables });
  return { service, context: service.context as PostContext };
};
const smtp = (port: number, login = ''): Record<string, string> => ({
  MAIL: 'smtp',
  SMTP_URL: `smtp://${login}127.0.0.1:${port}`,
  MAIL_FROM: 'AuthorWorks <house@books.example>',
});

describe('the outbox', () => {
  let directory: string;
  let service: TestService;
  let mail: Mailer;
  beforeAll(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'authorworks-outbox-')), 'outbox');
    const opened = await open({ MAIL_OUTBOX_DIRECTORY: directory });
    service = opened.service;
    mail = opened.context.mail;
  });
  afterAll(async () => {
    await service?.close();
    await rm(join(directory, '..'), { recursive: true, force: true });
  });
  const list = async (cursor?: string, limit = 2) => await mail.outbox?.list({ cursor, limit });

  it('is empty before the first mail', async () => {
    expect(await list()).toEqual({ mails: [], nextCursor: null });
  });

  it('shows mails newest first, page by page, and nothing else that lies in the folder', async () => {
    const ids = [newId(), newId(), newId()];
    for (const [index, id] of ids.entries()) await mail.send(letter({ subject: `Letter ${index}` }), { id });
    await writeFile(join(directory, 'notes.json'), '{}');
    await writeFile(join(directory, `${newId()}.json`), '{"half": ');
    const first = await list();
    expect(first?.mails.map(({ subject }) => subject)).toEqual(['Letter 2', 'Letter 1']);
    expect(first?.mails[0]).toMatchObject({ id: ids[2], to: 'percy@example.org', html: null });
    const second = await list(first?.nextCursor ?? '');
    expect(second?.mails.map(({ subject }) => subject)).toEqual(['Letter 0']);
    expect(second?.nextCursor).toBeNull();
  });

  it('keeps a mail that is sent twice once', async () => {
    const id = newId();
    await mail.send(letter({ subject: 'Once' }), { id });
    await mail.send(letter({ subject: 'Once' }), { id });
    const { mails = [] } = (await list(undefined, 50)) ?? {};
    expect(mails.filter(({ subject }) => subject === 'Once')).toHaveLength(1);
  });

  it('forgets mails after 30 days', async () => {
    const old = newId();
    await mail.send(letter({ subject: 'Old' }), { id: old });
    const then = new Date(Date.now() - 31 * 24 * 60 * 60_000);
    await utimes(join(directory, `${old}.json`), then, then);
    const again = await open({ MAIL_OUTBOX_DIRECTORY: directory });
    await again.context.mail.send(letter(), { id: newId() });
    await again.service.close();
    expect(await readdir(directory)).not.toContain(`${old}.json`);
  });

  it.each([
    ['a second recipient', { to: 'percy@example.org, spy@example.org' }],
    ['a header behind the address', { to: 'percy@example.org\r\nBcc: spy@example.org' }],
    ['a header behind the subject', { subject: 'Hello\r\nBcc: spy@example.org' }],
    ['a bare line feed in the subject', { subject: 'Hello\nBcc: spy@example.org' }],
    ['a NUL in the subject', { subject: 'Hello\u0000' }],
    ['a name around the address', { to: 'Percy <percy@example.org>' }],
    ['a field that no mail has', { bcc: 'spy@example.org' }],
  ])('refuses %s', async (_, change) => {
    await expect(mail.send(letter(change as Partial<Mail>), { id: newId() })).rejects.toMatchObject({
      name: 'ZodError',
    });
  });

  it('takes no id that would leave the folder', async () => {
    await expect(mail.send(letter(), { id: '../../escape' })).rejects.toMatchObject({ name: 'ZodError' });
  });
});

describe('mail by SMTP', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const openWith = async (options: SMTPServerOptions = {}, login = '') => {
    const server = await startMailServer(options);
    cleanups.push(server.stop);
    const { service, context } = await open(smtp(server.port, login));
    cleanups.push(service.close);
    return { server, context };
  };

  it('reaches the mail server with everything that was said', async () => {
    const { server, context } = await openWith();
    const id = newId();
    await context.mail.send(letter({ html: '<p>Come to the lake.</p>' }), { id });
    expect(server.received).toHaveLength(1);
    const [{ from, to, raw }] = server.received as [Received];
    expect([from, to]).toEqual(['house@books.example', ['percy@example.org']]);
    expect(raw).toContain(`Message-ID: <${id}@books.example>`);
    expect(raw).toMatch(/^Subject: =\?UTF-8\?[BQ]\?/m);
    expect(raw).toContain('Auto-Submitted: auto-generated');
    expect(raw).toContain('multipart/alternative');
    expect(raw).toContain('Come to the lake.');
  });

  it('cannot be made to say a second header', async () => {
    const { server, context } = await openWith();
    await expect(
      context.mail.send(letter({ subject: 'x\r\nBcc: spy@example.org' }), { id: newId() }),
    ).rejects.toThrow();
    await context.mail.send(letter({ text: 'Bcc: spy@example.org\r\n\r\nbody' }), { id: newId() });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.to).toEqual(['percy@example.org']);
    expect(server.received[0]?.raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im);
  });

  it('tells a mail that is refused for good from a server that cannot take it now', async () => {
    const codes: Record<string, number> = { 'nobody@example.org': 550, 'later@example.org': 451 };
    const { context } = await openWith({
      onRcptTo: ({ address }, _session, done) => {
        const responseCode = codes[address];
        done(responseCode === undefined ? null : Object.assign(new Error('no'), { responseCode }));
      },
    });
    const send = async (to: string): Promise<void> => await context.mail.send(letter({ to }), { id: newId() });
    await expect(send('nobody@example.org')).rejects.toMatchObject({ definition: { code: 'MAIL_REFUSED' } });
    await expect(send('later@example.org')).rejects.toMatchObject({ definition: { code: 'MAIL_UNAVAILABLE' } });
    await expect(send('percy@example.org')).resolves.toBeUndefined();
  });

  it('signs in to the mail server, and waits while the login is refused', async () => {
    const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, _session, done) =>
      username === 'house' && password === 'secret' ? done(null, { user: 'house' }) : done(new Error('wrong'));
    const required: SMTPServerOptions = { onAuth, authOptional: false, allowInsecureAuth: true };
    const good = await openWith(required, 'house:secret@');
    await good.context.mail.send(letter(), { id: newId() });
    expect(good.server.received).toHaveLength(1);
    const bad = await openWith(required, 'house:guess@');
    await expect(bad.context.mail.send(letter(), { id: newId() })).rejects.toMatchObject({
      definition: { code: 'MAIL_UNAVAILABLE' },
    });
  });

  it('is not lost between a committed row and a mail server that was away', async () => {
    const port = await freePort();
    const { service, context } = await open(smtp(port));
    cleanups.push(service.close);
    await context.postgres
      .transaction(async (sql) => {
        await context.letters.enqueue(sql, letter({ subject: 'never' }));
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    const id = await context.postgres.transaction(
      async (sql) => await context.letters.enqueue(sql, letter({ subject: 'Once more' })),
    );
    await eventually(async () => expect(await context.queue.read(id)).toMatchObject({ status: 'queued', attempts: 1 }));
    const server = await startMailServer({}, port);
    cleanups.push(server.stop);
    await eventually(async () => expect(await context.queue.read(id)).toMatchObject({ status: 'succeeded' }));
    expect(server.received.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1])).toEqual(['Once more']);
  });

  it('gives up at once on a mail that is refused for good', async () => {
    const { context } = await openWith({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })),
    });
    const id = await context.letters.enqueue(context.postgres.sql, letter());
    await eventually(async () =>
      expect(await context.queue.read(id)).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: { code: 'MAIL_REFUSED' },
      }),
    );
  });
});
