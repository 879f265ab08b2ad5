import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtServiceNames } from '@authorworks/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missing, tool } from '../charts/tools.ts';
import { root, run, script } from '../machines/machine.ts';

describe('scripts/build-images', () => {
  let folder: string;
  let built: string;
  let builder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'authorworks-build-images-'));
    built = join(folder, 'built');
    writeFileSync(built, '');
    builder = `echo "$SERVICE $IMAGE $PLATFORMS" >> ${built}; echo a builder says much`;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const lines = (): string[] => readFileSync(built, 'utf8').trim().split('\n');

  it('builds every built service for the server and for Pis, and prints nothing but the tag', async () => {
    const { code, output } = await script('build-images', ['--version', '1.2.3', '--builder', builder]);
    expect([code, output]).toEqual([0, '1.2.3\n']);
    expect(lines()).toEqual(
      builtServiceNames.map((name) => `${name} docker.io/authorworks/${name}:1.2.3 linux/amd64,linux/arm64`),
    );
  });

  it('builds what is named, for what is named, to where is named', async () => {
    const args = ['--version', '1', '--registry', 'registry.home:5000', '--platforms', 'linux/arm64'];
    expect((await script('build-images', [...args, '--builder', builder, 'web', 'jobs'])).code).toBe(0);
    expect(lines()).toEqual([
      'web registry.home:5000/authorworks/web:1 linux/arm64',
      'jobs registry.home:5000/authorworks/jobs:1 linux/arm64',
    ]);
  });

  it('stops at the first that cannot be built, names it, and prints no tag', async () => {
    const failing = `${builder}; [ "$SERVICE" != user ]`;
    const { code, said, output } = await script('build-images', [
      '--version',
      '1',
      '--builder',
      failing,
      'gateway',
      'user',
      'web',
    ]);
    expect([code, output]).toEqual([1, '']);
    expect(said).toContain('The image of user could not be built');
    expect(lines()).toHaveLength(2);
  });

  it('says so when an option is unknown or has no value', async () => {
    expect((await script('build-images', ['--tag', '1'])).said).toContain('has no option --tag');
    expect((await script('build-images', ['--version'])).said).toContain('--version needs a value');
  });

  it('calls a version by its commit, and one that is not committed by what was changed', async () => {
    const checkout = join(folder, 'checkout');
    mkdirSync(join(checkout, 'scripts'), { recursive: true });
    for (const name of ['build-images', 'lib.sh']) cpSync(join(root, 'scripts', name), join(checkout, 'scripts', name));
    const git = async (...args: string[]): Promise<string> => {
      const { code, said, output } = await run('git', [
        '-C',
        checkout,
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        ...args,
      ]);
      expect(code, said).toBe(0);
      return output.trim();
    };
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'first');
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    const tag = async (): Promise<string> =>
      (await run(join(checkout, 'scripts/build-images'), ['--builder', 'true', 'web'])).output.trim();
    expect(await tag()).toBe(commit);
    appendFileSync(join(checkout, 'scripts/lib.sh'), '# changed\n');
    const changed = await tag();
    expect(changed).toMatch(new RegExp(`^${commit}-[a-f0-9]{8}$`));
    expect(await tag()).toBe(changed);
    writeFileSync(join(checkout, 'new'), 'x');
    expect(await tag()).not.toBe(changed);
  });
});

describe('scripts/deploy --build', () => {
  it.skipIf(missing('helm3'))('begins nothing when an image cannot be built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'authorworks-deploy-'));
    symlinkSync(tool('helm3'), join(folder, 'helm'));
    const { PATH = '' } = process.env;
    const { code, said } = await script('deploy', ['--build', '--version', '1', '--builder', 'false'], {
      PATH: `${folder}:${PATH}`,
    });
    rmSync(folder, { recursive: true });
    expect(said).toContain('The image of gateway could not be built');
    expect(code).toBe(2);
  });

  it('says so when something belongs to building and nothing is to be built', async () => {
    const { code, said } = await script('deploy', ['--version', '1', '--platforms', 'linux/arm64']);
    expect([code, said.trim()]).toEqual([2, '--platforms belongs to --build']);
    expect((await script('deploy', ['--version'])).said.trim()).toBe('--version needs a value');
  });
});
