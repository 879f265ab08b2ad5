import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FrontDoor, whyUnreachable } from '../src/front-door.ts';
import { lookAt, visit, visitable } from '../src/visits.ts';

const OPENSSL = '/usr/bin/openssl';

describe('before a release begins', () => {
  let server: Server;
  let address = '';
  beforeAll(async () => {
    // a house that is ill: what it answers is for later
    server = createServer((_, answer) => answer.writeHead(503).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  const named = (house: string) => ({ hosts: { house } });
  const byNames = { address: undefined, insecure: false };

  it('a preview whose name leads nowhere is named, and what to do', async () => {
    const why = await whyUnreachable(named('books.invalid'), byNames, false);
    expect(why).toContain('preview.books.invalid, under which the new house is looked at, leads nowhere from here');
    expect(why).toContain('--address');
    expect(why).not.toContain('\n');
  });

  it('no name has to lead anywhere when an address is given', async () => {
    expect(await whyUnreachable(named('books.invalid'), { ...byNames, address }, true)).toBeUndefined();
  });

  it.skipIf(!existsSync(OPENSSL))(
    'a certificate that nobody vouches for is named, and what to do until there is another',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'front-door-'));
      const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
      const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      // as Traefik makes its own
      await promisify(execFile)(OPENSSL, [
        ...request,
        '-keyout',
        key,
        '-out',
        cert,
        '-subj',
        '/CN=TRAEFIK DEFAULT CERT',
      ]);
      const secure = createSecureServer({ key: await readFile(key), cert: await readFile(cert) }, (_, answer) =>
        answer.writeHead(200).end(),
      );
      await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
      try {
        const there = { ...byNames, address: `https://127.0.0.1:${(secure.address() as AddressInfo).port}` };
        const why = await whyUnreachable(named('books.example'), there, true);
        expect(why).toContain('certificate');
        expect(why).toContain('or say --insecure');
        expect(await whyUnreachable(named('books.example'), { ...there, insecure: true }, true)).toBeUndefined();
      } finally {
        secure.close();
        await rm(folder, { recursive: true });
      }
    },
  );

  it('a front door that nobody opens is named', async () => {
    const nobody = await new Promise<string>((done) => {
      const short = createServer().listen(0, '127.0.0.1', () => {
        const { port } = short.address() as AddressInfo;
        short.close(() => done(`http://127.0.0.1:${port}`));
      });
    });
    const why = await whyUnreachable(named('books.invalid'), { ...byNames, address: nobody }, true);
    expect(why).toContain(`the house cannot be visited at ${nobody} (books.invalid)`);
    expect(why).toContain('ECONNREFUSED');
    // of a house that is not there yet nothing is asked
    expect(await whyUnreachable(named('books.invalid'), { ...byNames, address: nobody }, false)).toBeUndefined();
  });
});

describe('a new house that is looked at', () => {
  const book = '/api/content/v1/public/books';
  const chapter = 'c0ffee00-0000-4000-8000-000000000000';
  const contents = [
    { id: 'part', kind: 'part' },
    { id: chapter, kind: 'chapter' },
  ];
  const data = (value: unknown): string => JSON.stringify({ data: value, pagination: { nextCursor: null } });
  const good: Readonly<Record<string, string>> = {
    '/healthz': 'ok',
    '/api/services': '["content"]',
    '/': '<html></html>',
    '/api/openapi.json': '{"openapi":"3.1.0"}',
    '/api/editor/socket/?EIO=4&transport=polling': '0{}',
    [`${book}?limit=3`]: data([{ slug: 'the-sea' }]),
    [`${book}/the-sea`]: data({ slug: 'the-sea', contents }),
    '/books/the-sea': '<html></html>',
    '/read/the-sea': '<html></html>',
    [`${book}/the-sea/chapters/${chapter}`]: data({ html: '' }),
  };
  let server: Server;
  let answers: Record<string, string | number> = {};
  let asked: string[] = [];
  let door: FrontDoor;
  beforeAll(async () => {
    server = createServer(({ url = '' }, answer) => {
      asked.push(url);
      const found = answers[url] ?? (url === '/api/user/v1/account' ? 401 : 404);
      if (typeof found === 'number') answer.writeHead(found).end('no');
      else answer.writeHead(200).end(found);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    door = FrontDoor.of({ hosts: { house: 'books.invalid' } }, 'preview', { address, insecure: false });
  });
  afterAll(async () => {
    await door.close();
    server.close();
  });
  beforeEach(() => {
    answers = { ...good };
    asked = [];
  });

  it('is good when everything that people ask for is there', async () => {
    expect(await lookAt(door)).toBeUndefined();
    expect(asked).toEqual(expect.arrayContaining(Object.keys(good)));
  });

  it('is good without a book', async () => {
    answers = { ...good, [`${book}?limit=3`]: data([]), [`${book}/the-sea`]: 500 };
    expect(await lookAt(door)).toBeUndefined();
  });

  it.each(Object.keys(good))('is not good without %s', async (path) => {
    answers[path] = 500;
    expect(await lookAt(door)).toMatch(`(${path}): 500 no`);
  });

  it('is not good when it does not know a book that it lists', async () => {
    delete answers['/read/the-sea'];
    expect(await lookAt(door)).toMatch('a published book to read (/read/the-sea): 404 no');
  });

  it.each([
    [`${book}?limit=3`, data([null])],
    [`${book}?limit=3`, data([{ slug: 7 }])],
    [`${book}/the-sea`, data(null)],
    [`${book}/the-sea`, data({ slug: 'the-sea' })],
    [`${book}/the-sea`, data({ contents: [null] })],
  ])('is not good when %s answers %s', async (path, answer) => {
    answers[path] = answer;
    expect(await lookAt(door)).toContain(`(${path}): 200 ${answer}`);
    expect(await visitable(door, 'blue')).toContain('/');
  });

  it('is visited where people go, its books among that', async () => {
    const paths = await visitable(door, 'blue');
    expect(paths).toEqual(expect.arrayContaining(['/', '/books/the-sea', '/read/the-sea', `${book}/the-sea`]));
    answers[`${book}?limit=3`] = 'no list';
    expect(await visitable(door, 'blue')).toEqual(paths.filter((path) => !path.includes('the-sea')));
    // what is not there is no failure of a version: somebody took it away
    delete answers['/read/the-sea'];
    expect(await visit(door, 'blue', '/read/the-sea')).toBeUndefined();
    answers['/read/the-sea'] = 503;
    expect(await visit(door, 'blue', '/read/the-sea')).toBe('/read/the-sea: 503 no');
  });
});
