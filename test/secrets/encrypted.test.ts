import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checker, lacks } from '../machines/checkers.ts';
import { type Ran, run, script, write } from '../machines/machine.ts';

let folder = '';
let recipient = '';
const path = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');
const house = (): Record<string, string> => JSON.parse(read('secrets/house.json')) as Record<string, string>;
const secrets = async (
  args: readonly string[] = [],
  variables?: Record<string, string>,
  input?: string,
): Promise<Ran> => await script('secrets', ['--folder', path('secrets'), ...args], variables, input);

describe.skipIf(lacks(checker('age'), checker('age-keygen'), checker('sops')))(
  'secrets that are kept encrypted',
  () => {
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'authorworks-secrets-'));
      const { said } = await run(checker('age-keygen'), ['--output', path('key')]);
      recipient = /age1[a-z0-9]+/.exec(said)?.[0] ?? '';
      await secrets();
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** A kubectl that keeps what it is given. */
    const kubectl = (): Record<string, string> => {
      write(
        folder,
        'bin/kubectl',
        `#!/bin/sh\ncat >> "${path('applied')}"\necho "---" >> "${path('applied')}"\n`,
        0o755,
      );
      return { PATH: `${path('bin')}:${process.env['PATH'] ?? ''}` };
    };

    it('with age: house.json alone brings the Secrets back, without a file in between', async () => {
      const before = house();
      expect(
        await run(checker('age'), [
          '--recipient',
          recipient,
          '--output',
          path('house.json.age'),
          path('secrets/house.json'),
        ]),
      ).toMatchObject({ code: 0 });
      const manifests = readdirSync(path('secrets'))
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => read(`secrets/${name}`));
      rmSync(path('secrets'), { recursive: true });
      const decrypted = await run(checker('age'), ['--decrypt', '--identity', path('key'), path('house.json.age')]);
      expect(JSON.parse(decrypted.output)).toEqual(before);
      const { code, said } = await secrets(['--stdin', '--apply'], kubectl(), decrypted.output);
      expect(code).toBe(0);
      // nothing was left on the disk, and what went to the cluster is what was there before
      expect(readdirSync(folder)).not.toContain('secrets');
      for (const manifest of manifests)
        for (const line of manifest.trim().split('\n')) expect(read('applied')).toContain(line);
      for (const value of Object.values(before)) expect(said).not.toContain(value);
    });

    it('with age: another key opens nothing', async () => {
      await run(checker('age'), [
        '--recipient',
        recipient,
        '--output',
        path('house.json.age'),
        path('secrets/house.json'),
      ]);
      await run(checker('age-keygen'), ['--output', path('other')]);
      const { code, output } = await run(checker('age'), [
        '--decrypt',
        '--identity',
        path('other'),
        path('house.json.age'),
      ]);
      expect(code).not.toBe(0);
      expect(output).toBe('');
    });

    it('with SOPS: the manifests can be kept in git, names readable and values not, and come back as they were', async () => {
      const files = readdirSync(path('secrets')).filter((name) => name.endsWith('.yaml'));
      expect(files.length).toBeGreaterThan(2);
      const key = { SOPS_AGE_KEY_FILE: path('key') };
      for (const name of files) {
        const plain = read(`secrets/${name}`);
        const sealed = await run(
          checker('sops'),
          ['encrypt', '--age', recipient, '--encrypted-regex', '^stringData$', '--in-place', path(`secrets/${name}`)],
          key,
        );
        expect(sealed.code, sealed.said).toBe(0);
        const text = read(`secrets/${name}`);
        for (const value of Object.values(house())) expect(text).not.toContain(value);
        // what a review wants to see
        expect(text).toContain('kind: Secret');
        const opened = await run(checker('sops'), ['decrypt', path(`secrets/${name}`)], key);
        const objects = (yaml: string): unknown[] =>
          parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
        expect(objects(opened.output)).toEqual(objects(plain));
      }
    });

    it('refuses to make new secrets over an encrypted house.json', async () => {
      const sealed = await run(checker('sops'), [
        'encrypt',
        '--age',
        recipient,
        '--in-place',
        path('secrets/house.json'),
      ]);
      expect(sealed.code, sealed.said).toBe(0);
      const text = read('secrets/house.json');
      const { code, said } = await secrets();
      expect(said).toContain('Decrypt it first');
      expect(code).toBe(1);
      expect(read('secrets/house.json')).toBe(text);
    });

    it('of SOPS house.json is piped in as well', async () => {
      const before = house();
      await run(checker('sops'), ['encrypt', '--age', recipient, '--in-place', path('secrets/house.json')]);
      const opened = await run(checker('sops'), ['decrypt', path('secrets/house.json')], {
        SOPS_AGE_KEY_FILE: path('key'),
      });
      expect(JSON.parse(opened.output)).toEqual(before);
      expect(await secrets(['--stdin', '--apply'], kubectl(), opened.output)).toMatchObject({ code: 0 });
      expect(read('applied')).toContain(before['service-key']);
    });
  },
);

describe('the rights of the files', () => {
  it('stay closed when a secret is changed', async () => {
    folder = mkdtempSync(join(tmpdir(), 'authorworks-secrets-'));
    try {
      await secrets();
      writeFileSync(path('secrets/house.json'), read('secrets/house.json'), { mode: 0o644 });
      await secrets(['--rotate', 'user-password']);
      const { output } = await run('stat', ['--format=%a', path('secrets'), path('secrets/house.json')]);
      expect(output).toBe('700\n600\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
