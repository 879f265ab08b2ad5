import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtServiceNames } from '@authorworks/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { containersOf, podsOf } from '../charts/pods.ts';
import { chartNames, missing, render } from '../charts/tools.ts';
import { checker, lacks } from '../machines/checkers.ts';
import { type Ran, root, run, script } from '../machines/machine.ts';

const workflows = join(root, '.github/workflows');

describe.skipIf(lacks(checker('actionlint'), checker('zizmor'), checker('shellcheck')))('the workflows', () => {
  const texts = readdirSync(workflows).map((name) => [name, readFileSync(join(workflows, name), 'utf8')] as const);

  it('are clean under actionlint, with the shell in them', async () => {
    const paths = texts.map(([name]) => join(workflows, name));
    expect(await run(checker('actionlint'), ['-shellcheck', checker('shellcheck'), ...paths])).toEqual({
      code: 0,
      said: '',
      output: '',
    });
  });

  it('are clean under zizmor', async () => {
    const { code, said } = await run(checker('zizmor'), ['--offline', '--no-progress', join(root, '.github')]);
    expect(said).toContain('No findings to report');
    expect(code).toBe(0);
  });

  it('name every action by a commit, and begin with no right at all or with reading', () => {
    for (const [name, text] of texts) {
      const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
      expect(used.length, name).toBeGreaterThan(0);
      for (const action of used) expect(action, name).toMatch(/^[\w-]+\/[\w-]+@[a-f0-9]{40} # v\d+\.\d+\.\d+$/);
      expect([{}, { contents: 'read' }], name).toContainEqual(parse(text).permissions);
    }
  });

  it('build an image of every built service', async () => {
    const { output } = await run(process.execPath, [join(root, '.github/built-services.ts')]);
    expect(output.trim().split('\n')).toEqual([...builtServiceNames]);
  });
});

describe.skipIf(lacks(checker('hadolint')))('the Dockerfile', () => {
  it('is clean under hadolint', async () => {
    // what it calls "info" is taste
    const { code, said } = await run(checker('hadolint'), ['--failure-threshold', 'warning', join(root, 'Dockerfile')]);
    expect(code, said).toBe(0);
  });
});

interface Index {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

describe.skipIf(lacks(checker('crane')))('a registry', () => {
  let folder = '';
  let registry: ChildProcess;
  let address = '';
  const crane = async (...args: string[]): Promise<string> => {
    const { code, said, output } = await run(checker('crane'), args);
    if (code !== 0) throw new Error(said);
    return output.trim();
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'authorworks-images-'));
    registry = spawn(checker('crane'), ['registry', 'serve', '--address', '127.0.0.1:0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    address = await new Promise<string>((done, fail) => {
      let said = '';
      registry.stderr?.on('data', (data: Buffer) => {
        said += data.toString();
        const port = /serving on port (\d+)/.exec(said)?.[1];
        if (port) done(`127.0.0.1:${port}`);
      });
      registry.once('exit', () => fail(new Error(said)));
    });
  });
  afterAll(() => {
    registry?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  /** An image for one platform, as buildx gives it: with what is said about it, in one archive. */
  const built = async (arch: string, text: string): Promise<string> => {
    const name = join(folder, `${arch}-${text}`);
    mkdirSync(name);
    writeFileSync(join(name, 'file'), text);
    await run('tar', ['--create', '--file', `${name}.layer`, '--directory', name, 'file']);
    const repository = `${address}/built/${arch}-${text}`;
    const make = async (tag: string, platform: string): Promise<string> => {
      await crane('append', '--oci-empty-base', '--new_layer', `${name}.layer`, '--new_tag', `${repository}:${tag}`);
      await crane('mutate', `${repository}:${tag}`, '--set-platform', platform, '--tag', `${repository}:${tag}`);
      return `${repository}:${tag}`;
    };
    const image = await make('image', `linux/${arch}`);
    const provenance = await make('provenance', 'unknown/unknown');
    await crane('index', 'append', '--manifest', image, '--manifest', provenance, '--tag', `${repository}:all`);
    await crane('pull', '--format=oci', `${repository}:all`, `${name}.layout`);
    await run('tar', ['--create', '--file', `${name}.tar`, '--directory', `${name}.layout`, '.']);
    return `${name}.tar`;
  };

  describe('scripts/publish-image', () => {
    const publish = async (...args: string[]): Promise<Ran> =>
      await script('publish-image', [checker('crane'), ...args]);

    it('makes one image of two architectures, with all that is said about them', async () => {
      const archives = [`amd64=${await built('amd64', 'one')}`, `arm64=${await built('arm64', 'one')}`];
      const { code, output } = await publish(`${address}/authorworks/gateway`, '0.1.0', ...archives);
      expect(code).toBe(0);
      expect(output).toMatch(/^sha256:[a-f0-9]{64}\n$/);
      const { manifests } = JSON.parse(
        await crane('manifest', `${address}/authorworks/gateway@${output.trim()}`),
      ) as Index;
      expect(manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`)).toEqual([
        'linux/amd64',
        'unknown/unknown',
        'linux/arm64',
        'unknown/unknown',
      ]);
      expect(await crane('digest', `${address}/authorworks/gateway:0.1.0`)).toBe(output.trim());
    });

    it('publishes a version once: a second time it gives the same, whatever was built', async () => {
      const name = `${address}/authorworks/user`;
      const first = await publish(
        name,
        '0.1.0',
        `amd64=${await built('amd64', 'two')}`,
        `arm64=${await built('arm64', 'two')}`,
      );
      const second = await publish(
        name,
        '0.1.0',
        `amd64=${await built('amd64', 'three')}`,
        `arm64=${await built('arm64', 'three')}`,
      );
      expect(second.output).toBe(first.output);
      expect(second.said).toContain(`${name}:0.1.0 is there already`);
    });

    it('refuses an image that is not there, before it has published anything', async () => {
      const { code, said } = await publish(
        `${address}/authorworks/web`,
        '0.1.0',
        'amd64=/nowhere.tar',
        'arm64=/nowhere.tar',
      );
      expect(code).toBe(1);
      expect(said).toBe('there is no image /nowhere.tar\n');
      await expect(crane('ls', `${address}/authorworks/web`)).rejects.toThrow('NAME_UNKNOWN');
    });
  });

  describe('scripts/pin-digests', () => {
    let pins = '';
    beforeEach(() => {
      pins = mkdtempSync(join(folder, 'pins-'));
    });
    const pin = async (...args: string[]): Promise<Ran> =>
      await script('pin-digests', ['--folder', pins, '--mirror', address, '--own', `${address}/own`, ...args]);
    interface Values {
      readonly repository?: unknown;
      readonly tag?: unknown;
      readonly [key: string]: unknown;
    }
    const imagesIn = (values: unknown): string[] => {
      if (typeof values !== 'object' || values === null) return [];
      const { repository, tag } = values as Values;
      if (typeof repository === 'string' && typeof tag === 'string') return tag === '' ? [] : [`${repository}:${tag}`];
      return Object.values(values).flatMap(imagesIn);
    };
    /** Those of others, with their tags. */
    const imagesOf = (chart: string): string[] =>
      imagesIn(parse(readFileSync(join(root, 'charts', chart, 'values.yaml'), 'utf8')));
    beforeAll(async () => {
      // a stand-in of everything that the charts name, for both architectures
      await script('publish-image', [
        checker('crane'),
        `${address}/stand-in`,
        '1',
        `amd64=${await built('amd64', 'x')}`,
        `arm64=${await built('arm64', 'x')}`,
      ]);
      for (const name of new Set(chartNames.flatMap(imagesOf)))
        await crane('copy', `${address}/stand-in:1`, `${address}/${name}`);
      for (const name of builtServiceNames)
        await crane('copy', `${address}/stand-in:1`, `${address}/own/${name}:0.1.0`);
    });

    it('pins every image of every chart, and --check agrees', async () => {
      const { code, said } = await pin();
      expect(said).not.toContain('error');
      expect(code).toBe(0);
      expect(await script('pin-digests', ['--check', '--folder', pins])).toMatchObject({
        code: 0,
        said: 'every image is pinned\n',
      });
    });

    it.skipIf(missing('helm4'))('writes values that the charts take: no pod names a tag any more', async () => {
      await pin();
      for (const chart of chartNames) {
        const pods = podsOf(await render(chart, { files: [join(pins, `${chart}.yaml`)] }));
        expect(pods.length, chart).toBeGreaterThan(0);
        for (const image of pods.flatMap(containersOf).map(({ image: name }) => name as string)) {
          expect(image).toMatch(/@sha256:[a-f0-9]{64}$/);
          if (chart === 'authorworks') expect(image).toContain(`${address}/own/`);
        }
      }
    });

    it('refuses to call a release pinned that is not: an image without, one of another version, a chart that is forgotten', async () => {
      await pin();
      const spoil = async (chart: string, from: string | RegExp, to: string): Promise<string> => {
        const path = join(pins, `${chart}.yaml`);
        const text = readFileSync(path, 'utf8');
        expect(text).toMatch(from);
        writeFileSync(path, text.replace(from, to));
        const { code, said } = await script('pin-digests', ['--check', '--folder', pins]);
        expect(code).toBe(1);
        writeFileSync(path, text);
        return said;
      };
      expect(await spoil('authorworks', /gateway:\n(\s+)image:\n/, 'gateway:\n$1picture:\n')).toBe(
        'authorworks: services.gateway.image is not pinned\nerror: 1 images are not pinned: run scripts/pin-digests\n',
      );
      expect(await spoil('authorworks-data', 'tag: 7-bookworm', 'tag: 6-bookworm')).toContain(
        'authorworks-data: redis.image is pinned for 6-bookworm, the chart says 7-bookworm',
      );
      rmSync(join(pins, 'authorworks-edge.yaml'));
      expect((await script('pin-digests', ['--check', '--folder', pins])).said).toContain(
        'authorworks-edge: there is no ',
      );
    });

    it('refuses an image that a Pi could not run', async () => {
      const name = imagesOf('authorworks-watch').find((one) => one.includes('/prometheus:')) ?? '';
      const before = await crane('digest', `${address}/${name}`);
      await crane(
        'index',
        'filter',
        `${address}/stand-in:1`,
        '--platform',
        'linux/amd64',
        '--tag',
        `${address}/${name}`,
      );
      const { code, said } = await pin('authorworks-watch');
      await crane('copy', `${address}/stand-in:1`, `${address}/${name}`);
      expect(before).toBe(await crane('digest', `${address}/${name}`));
      expect(code).toBe(1);
      expect(said).toContain(`${name} (authorworks-watch) has no build for linux/arm64, only for linux/amd64`);
      expect(readdirSync(pins)).toEqual([]);
    });

    it('says which image a registry does not have', async () => {
      const { code, said } = await pin('--version', '9.9.9', 'authorworks');
      expect(code).toBe(1);
      expect(said).toMatch(/^error: 127\.0\.0\.1:\d+\/own\/gateway:9\.9\.9: .*NAME_UNKNOWN|MANIFEST_UNKNOWN/);
    });
  });
});
