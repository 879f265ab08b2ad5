import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  chartNames,
  exampleFile,
  examples,
  type KubeObject,
  missing,
  parse as parseObjects,
  pathsOf,
  render,
  renderEverything,
  root,
} from './tools.ts';

describe('scripts/secrets', () => {
  let folder = '';
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  interface Ran {
    readonly code: number;
    readonly said: string;
  }
  const run = async (args: readonly string[] = [], input = ''): Promise<Ran> =>
    await new Promise((done) => {
      const child = execFile(
        process.execPath,
        [join(root, 'scripts/secrets.ts'), '--folder', folder, ...args],
        (error, output, errors) => done({ code: Number(error?.code ?? 0), said: output + errors }),
      );
      child.stdin?.end(input);
    });
  const house = () => JSON.parse(readFileSync(join(folder, 'house.json'), 'utf8')) as Record<string, string>;
  const manifests = (): KubeObject[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => parseObjects(readFileSync(join(folder, name), 'utf8')));

  it('makes all of them, each its own, and tells none', async () => {
    const { code, said } = await run();
    expect(code).toBe(0);
    const values = Object.values(house());
    expect(values.length).toBeGreaterThan(8);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) {
      expect(value.length).toBeGreaterThanOrEqual(43);
      expect(said).not.toContain(value);
    }
  });

  it('lets nobody else into the folder, and nobody read the files that hold all', async () => {
    await run();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder).filter((one) => one.includes('.')))
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  it('keeps what is there, and makes only what is missing', async () => {
    await run();
    const before = house();
    expect((await run()).said).toContain('nothing changed');
    expect(house()).toEqual(before);
    const { 'content-password': _, ...others } = before;
    writeFileSync(join(folder, 'house.json'), JSON.stringify(others));
    expect((await run()).said).toContain('made content-password');
    expect(house()).toMatchObject(others);
  });

  it('keeps what it does not know: it may be of another version', async () => {
    await run();
    writeFileSync(
      join(folder, 'house.json'),
      JSON.stringify({ ...house(), 'letters-password': 'of a service to come' }),
    );
    await run(['--rotate', 'content-password']);
    expect(house()['letters-password']).toBe('of a service to come');
  });

  it('rotates one, everywhere it is used, and leaves the others', async () => {
    await run();
    const before = house();
    await run(['--rotate', 'content-password']);
    const after = house();
    expect(after['content-password']).not.toBe(before['content-password']);
    expect({ ...after, 'content-password': '' }).toEqual({ ...before, 'content-password': '' });
    const text = manifests()
      .map((object) => JSON.stringify(object))
      .join();
    expect(text).not.toContain(before['content-password']);
    expect(text.split(after['content-password'] ?? '-').length - 1).toBe(2);
    expect(readFileSync(join(folder, 'compose/database-url-content'), 'utf8')).toContain(after['content-password']);
  });

  it('refuses a name that does not exist, by name', async () => {
    const { code, said } = await run(['--rotate', 'contents-password']);
    expect(code).toBe(1);
    expect(said).toContain('There is no secret contents-password');
  });

  it('overwrites nothing when the file is still encrypted, and quotes nothing of it', async () => {
    await run();
    writeFileSync(join(folder, 'house.json'), 'age-encryption.org/v1 very secret');
    const { code, said } = await run();
    expect(code).toBe(1);
    expect(said).toContain('nothing was changed');
    expect(said).not.toContain('very secret');
    expect(readFileSync(join(folder, 'house.json'), 'utf8')).toBe('age-encryption.org/v1 very secret');
  });

  it('takes no incomplete input: new values would be lost', async () => {
    const { code, said } = await run(['--stdin'], '{}');
    expect(code).toBe(1);
    expect(said).toContain('The input lacks service-key');
  });

  /** What an operator brings, in a file for each. */
  const give = (): string[] => {
    const given = {
      'smtp-url': 'smtps://house:canary-1@mail.example:465\n',
      'oidc-client-secret': 'canary-2',
      'alerts-smtp-password': 'canary-3',
      'alerts-matrix-url': 'https://matrix.example/canary-4',
      'alerts-sms-url': 'https://sms.example/canary-5',
      'offsite-access-key': 'canary-6',
      'offsite-secret-key': 'canary-7',
      'tunnel-token': 'canary-8',
      'authelia-smtp-password': 'canary-9',
      'authelia-users': 'users:\n  ada:\n    password: "$argon2id$canary-10"\n',
    };
    return Object.entries(given).flatMap(([name, text]) => {
      writeFileSync(join(folder, '..', name), text);
      return ['--give', `${name}=${join(folder, '..', name)}`];
    });
  };

  it('takes what others give from files, keeps it, and tells none of it', async () => {
    const { code, said } = await run(give());
    expect(code, said).toBe(0);
    expect(said).not.toContain('canary');
    expect(said).not.toContain('Not given');
    const before = house();
    expect(before['smtp-url']).toBe('smtps://house:canary-1@mail.example:465');
    expect((await run()).said).toContain('nothing changed');
    expect((await run(['--give', `tunnel-token=-`], 'canary-11\n')).said).toContain('took tunnel-token');
    expect(house()).toEqual({ ...before, 'tunnel-token': 'canary-11' });
    const users = manifests().find(({ metadata }) => metadata.name === 'authorworks-authelia')?.['stringData'];
    expect(users['users.yml']).toContain('  ada:\n');
    // what is kept encrypted brings all of it back, and loses nothing that comes with it
    const { said: piped } = await run(['--stdin'], JSON.stringify(house()));
    expect(piped).toBe('');
  });

  it('says in one line what was not given, and which value of a chart therefore stays as it is', async () => {
    const { said } = await run();
    const [line = '', ...more] = said.split('\n').filter((one) => one.startsWith('Not given'));
    expect(more).toEqual([]);
    for (const what of ['cloudflared.enabled (tunnel-token)', 'mail.kind: smtp (smtp-url)', 'alertmanager.channels'])
      expect(line).toContain(what);
  });

  it.each([
    ['an address that is none', 'smtp-url=', 'mail.example:465 canary'],
    ['a page instead of a token', 'tunnel-token=', 'canary\ncanary'],
    ['nothing', 'tunnel-token=', ' \n'],
    ['what SOPS has encrypted', 'tunnel-token=', 'ENC[canary]'],
    ['a name that does not exist', 'tunel-token=', 'canary'],
    ['a value in place of a file', 'tunnel-token', 'canary'],
  ])('takes no %s, and quotes nothing of it', async (_, word, text) => {
    await run();
    const before = house();
    writeFileSync(join(folder, '..', 'given'), text);
    const { code, said } = await run(['--give', word.endsWith('=') ? `${word}${join(folder, '..', 'given')}` : word]);
    expect(code).toBe(1);
    expect(said).not.toContain('canary');
    expect(house()).toEqual(before);
  });

  it('rotates neither what others give nor what opens what was written with it', async () => {
    expect((await run(['--rotate', 'tunnel-token'])).said).toContain('--give tunnel-token=FILE');
    expect((await run(['--rotate', 'offsite-passphrase'])).said).toContain('it stays');
    expect((await run(['--rotate', 'toString'])).said).toContain('There is no secret toString');
  });

  interface Used {
    /** e.g. authorworks/authorworks-house/service-key */
    readonly key: string;
    /** e.g. authorworks/authorworks-house */
    readonly secret: string;
  }
  /** Keys of Secrets that pods and routes wait for, in whatever way they name them. */
  const used = (objects: readonly KubeObject[]): Used[] => {
    const found: Used[] = [];
    const add = (namespace: string, name: string, keys: readonly string[]): void => {
      const secret = `${namespace}/${name}`;
      found.push(...keys.map((key) => ({ secret, key: `${secret}/${key}` })));
    };
    const walk = (value: unknown, namespace: string): void => {
      if (Array.isArray(value)) for (const one of value) walk(one, namespace);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
      const node = value as KubeObject;
      if (node['optional'] === true) return;
      const { secret, secretKeyRef, secretRef, secretName, imagePullSecrets = [] } = node;
      const keysOf = (items: { key: string }[] = [{ key: '*' }]): string[] => items.map(({ key }) => key);
      if (secret?.name) add(namespace, secret.name, keysOf(secret.items));
      if (secretKeyRef) add(namespace, secretKeyRef.name, [secretKeyRef.key]);
      if (secretRef) add(namespace, secretRef.name, ['*']);
      if (typeof secretName === 'string') add(namespace, secretName, keysOf(node['items']));
      for (const { name } of imagePullSecrets) add(namespace, name, ['*']);
      for (const inner of Object.values(node)) walk(inner, namespace);
    };
    // rules of admission speak of Secrets in another language; what they allow is not what is there
    for (const object of objects.filter(({ kind }) => !kind.startsWith('ValidatingAdmission')))
      walk(object, object.metadata.namespace ?? '');
    return found;
  };
  const madeKeys = (): Set<string> =>
    new Set(
      manifests().flatMap(({ metadata, stringData }) =>
        Object.keys(stringData).map((key) => `${metadata.namespace}/${metadata.name}/${key}`),
      ),
    );

  describe.skipIf(missing('helm4'))('and the charts', () => {
    it('as they are need no key that it does not make by itself', async () => {
      await run();
      const made = madeKeys();
      const keys = used((await Promise.all(chartNames.map(async (chart) => await render(chart)))).flat());
      expect(keys.length).toBeGreaterThan(30);
      expect(new Set(keys.map(({ secret }) => secret))).toContain('authorworks-watch/authorworks-grafana');
      expect(keys.filter(({ key }) => !made.has(key))).toEqual([]);
    });

    it('with everything switched on need no key that it does not make of what it is given, and none is for nobody', async () => {
      await run(give());
      const made = madeKeys();
      const keys = new Set(used(await renderEverything()).map(({ key }) => key));
      expect([...keys].filter((key) => !made.has(key))).toEqual([]);
      expect([...made].filter((key) => !keys.has(key))).toEqual([]);
    });

    it('of the examples need besides only what docs/home.md names with the value that needs it', async () => {
      await run(give());
      const made = madeKeys();
      const page = readFileSync(join(root, 'docs/home.md'), 'utf8');
      const ofOthers: Readonly<Record<string, string>> = {
        'authorworks/books-example-tls': 'tls.secretName',
        'authorworks/registry': 'images.pullSecrets',
        'authorworks-data/registry': 'images.pullSecrets',
      };
      const rendered = chartNames.flatMap((chart) =>
        examples.flatMap((example) => {
          const file = exampleFile(chart, example);
          return file === undefined ? [] : [render(chart, { files: [file] })];
        }),
      );
      const missed = used((await Promise.all(rendered)).flat()).filter(({ key }) => !made.has(key));
      expect(new Set(missed.map(({ secret }) => secret))).toEqual(new Set(Object.keys(ofOthers)));
      expect(Object.values(ofOthers).filter((value) => !page.includes(`\`${value}\``))).toEqual([]);
    });

    it('are told the truth about what was not given: each value that it names is one of theirs', async () => {
      const { said } = await run(['--list']);
      const values = [...said.matchAll(/given, for ([\w.]+)/g)].map(([, value]) => value ?? '');
      expect(values.length).toBeGreaterThan(8);
      const known = new Set(chartNames.flatMap(pathsOf));
      expect(values.filter((value) => !known.has(value))).toEqual([]);
    });
  });

  it('makes every file that compose.yaml mounts', async () => {
    await run();
    const { secrets } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8')) as {
      secrets: Record<string, { file: string }>;
    };
    const files = readdirSync(join(folder, 'compose')).toSorted();
    expect(
      Object.values(secrets)
        .map(({ file }) => file.replace('./secrets/compose/', ''))
        .toSorted(),
    ).toEqual(files);
  });
});
