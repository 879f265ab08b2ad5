import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { podsOf } from './pods.ts';
import { type KubeObject, missing, parse as parseObjects, render, root } from './tools.ts';

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

  it.skipIf(missing('helm4'))('makes every key that the charts mount', async () => {
    await run();
    const secrets = manifests();
    const made = new Set(
      secrets.flatMap(({ metadata, stringData }) =>
        Object.keys(stringData).map((key) => `${metadata.namespace}/${metadata.name}/${key}`),
      ),
    );
    const pods = podsOf((await Promise.all([render('authorworks-data'), render('authorworks')])).flat());
    const mounted = pods.flatMap((pod) =>
      (pod.spec.volumes ?? []).flatMap((volume: KubeObject) =>
        (volume['projected']?.sources ?? []).flatMap(
          ({ secret }: { secret: { name: string; items: { key: string }[] } }) =>
            secret.items.map(({ key }) => `${pod.namespace}/${secret.name}/${key}`),
        ),
      ),
    ) as string[];
    expect(mounted.length).toBeGreaterThan(20);
    expect(mounted.filter((key) => !made.has(key))).toEqual([]);
    // and none that nobody mounts, but Grafana's
    expect([...made].filter((key) => !mounted.includes(key))).toEqual([
      'authorworks-watch/authorworks-grafana/admin-password',
    ]);
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
