import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyUnreachable } from '../src/front-door.ts';

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
