import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  brokenOffAt,
  canPose,
  newFolder,
  pictureOf,
  releaseIn,
  root,
  script,
  startMachine,
  version,
  write,
} from './machine.ts';

let folder = '';
let release = '';
let machine = '';
beforeEach(() => {
  folder = newFolder();
  release = releaseIn(join(folder, 'release'));
  machine = join(folder, 'machine');
  write(machine, 'etc/hostname', 'home\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (path: string): string => readFileSync(join(machine, path), 'utf8');
const bootstrap = async (args: readonly string[] = [], variables?: Record<string, string>) =>
  await script('bootstrap-server', ['--root', machine, ...args], variables);

describe('scripts/bootstrap-server, in a folder', () => {
  const all = (): string[] => [
    '--release',
    release,
    '--drive',
    '/mnt/books',
    '--address',
    'books.example',
    '--name',
    'home',
  ];

  it('writes the settings of k3s/, for root alone, and what is special of this house', async () => {
    expect(await bootstrap(all())).toMatchObject({ code: 0 });
    for (const [path, source] of [
      ['etc/rancher/k3s/config.yaml', 'k3s/server/config.yaml'],
      ['etc/rancher/k3s/pod-security.yaml', 'k3s/server/pod-security.yaml'],
      ['etc/rancher/k3s/audit-policy.yaml', 'k3s/server/audit-policy.yaml'],
      ['var/lib/rancher/k3s/server/manifests/authorworks-traefik.yaml', 'k3s/manifests/authorworks-traefik.yaml'],
    ] as const) {
      expect(read(path)).toBe(readFileSync(join(root, source), 'utf8'));
      expect(statSync(join(machine, path)).mode & 0o777).toBe(0o600);
    }
    expect(read('etc/rancher/k3s/config.yaml.d/50-machine.yaml')).toBe(
      '# Written by scripts/bootstrap-server.\nnode-name: "home"\ntls-san:\n  - "books.example"\n' +
        '# volumes of the classes local-path and external-drive\ndefault-local-storage-path: "/mnt/books/volumes"\n',
    );
    expect(read('etc/systemd/system/k3s.service.d/drive.conf')).toContain('RequiresMountsFor=/mnt/books');
    expect(statSync(join(machine, 'usr/local/bin/k3s')).mode & 0o777).toBe(0o755);
    expect(pictureOf(machine)['etc/systemd/system/multi-user.target.wants/k3s.service']).toBe('-> ../k3s.service');
  });

  it('changes nothing the second time, and leaves the operator’s own settings alone', async () => {
    await bootstrap(all());
    write(machine, 'etc/rancher/k3s/config.yaml.d/90-own.yaml', 'debug: true\n');
    const before = pictureOf(machine);
    expect(await bootstrap(all())).toEqual({ code: 0, output: '', said: 'nothing to change\n' });
    expect(pictureOf(machine)).toEqual(before);
  });

  it('remembers what it was told: another run without the drive does not move the volumes', async () => {
    await bootstrap(all());
    const before = pictureOf(machine);
    expect(await bootstrap()).toEqual({ code: 0, output: '', said: 'nothing to change\n' });
    expect(pictureOf(machine)).toEqual(before);
    await bootstrap(['--address', '10.0.0.5']);
    expect(read('etc/rancher/k3s/config.yaml.d/50-machine.yaml')).toContain(
      'node-name: "home"\ntls-san:\n  - "10.0.0.5"\n  - "books.example"\n# volumes',
    );
  });

  it('shows with --dry-run what it would write, and then writes exactly that', async () => {
    const dry = await bootstrap([...all(), '--dry-run']);
    expect(Object.keys(pictureOf(machine))).toEqual(['etc/hostname']);
    const wet = await bootstrap(all());
    const actions = (said: string, verb: RegExp): string[] =>
      said.split('\n').flatMap((line) => (verb.test(line) ? [line.replace(verb, '')] : []));
    const written = actions(wet.said, /^(?=write |link |make )/);
    expect(written.length).toBeGreaterThan(12);
    expect(actions(dry.said, /^would (?=write |link |make )/)).toEqual(written);
    expect(dry.said).toContain('  +secrets-encryption: true');
  });

  it('shows a change as a difference', async () => {
    await bootstrap(all());
    write(machine, 'etc/rancher/k3s/config.yaml', `${read('etc/rancher/k3s/config.yaml')}debug: true\n`, 0o600);
    const { said } = await bootstrap([...all(), '--dry-run']);
    expect(said).toMatch(
      /^would write \/etc\/rancher\/k3s\/config\.yaml \(mode 600\)\n {2}@@.*\n(.*\n)* {2}-debug: true\n$/,
    );
  });

  it('can be broken off anywhere: the next run completes it', { timeout: 300_000 }, async () => {
    await bootstrap(all());
    const complete = pictureOf(machine);
    // some of the commands, from the first to beyond the last
    let finished = false;
    for (let nth = 1; !finished; nth += 97) {
      rmSync(machine, { recursive: true });
      write(machine, 'etc/hostname', 'home\n');
      finished = (await bootstrap(all(), brokenOffAt(folder, nth))).code === 0;
      expect(await bootstrap(all())).toMatchObject({ code: 0 });
      expect(pictureOf(machine), `broken off before command ${nth}`).toEqual(complete);
    }
  });

  it.each([
    [['--drive', 'books'], /^error: --drive books: the whole path is needed/],
    [['--drive', '/mnt/my books'], /^error: --drive \/mnt\/my books: only letters/],
    [['--address', 'books example'], /^error: "books example" is neither a name nor an address/],
    [['--name', 'My_Server'], /^error: "My_Server" cannot be the name of a node/],
    [['--drive'], /^error: --drive needs a value/],
    [['--driev', '/mnt'], /^error: unknown: --driev/],
  ])('refuses %j in one line, and writes nothing', async (args, message) => {
    const { code, said } = await bootstrap(['--release', release, ...args]);
    expect(code).toBe(1);
    expect(said).toMatch(message);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(Object.keys(pictureOf(machine))).toEqual(['etc/hostname']);
  });

  it('says where k3s comes from when it is missing', async () => {
    const { code, said } = await bootstrap();
    expect(code).toBe(1);
    expect(said).toBe(
      `error: k3s is not installed, and no --release was given. Download the release ${version} of k3s from its project's page of releases into one folder: k3s, sha256sum-amd64.txt, and if the machine has no internet k3s-airgap-images-amd64.tar.zst; then give --release FOLDER.\n`,
    );
  });

  it('installs no program that is damaged, of another release, or without its list of sums', async () => {
    writeFileSync(join(release, 'k3s'), 'something else');
    expect((await bootstrap(all())).said).toMatch(
      /k3s is damaged or not the real one: its sha256 is [0-9a-f]{64}, the release says [0-9a-f]{64}\n$/,
    );
    releaseIn(release);
    writeFileSync(join(release, 'k3s-airgap-images-amd64.tar.zst'), 'half of it');
    expect((await bootstrap(all())).said).toContain('k3s-airgap-images-amd64.tar.zst is damaged');
    writeFileSync(join(release, 'sha256sum-amd64.txt'), '');
    expect((await bootstrap(all())).said).toContain('does not name k3s: it belongs to another release');
    rmSync(join(release, 'sha256sum-amd64.txt'));
    expect((await bootstrap(all())).said).toContain('has no file sha256sum-amd64.txt, so k3s cannot be checked');
    expect(Object.keys(pictureOf(machine))).toEqual(['etc/hostname']);
  });
});

describe.skipIf(!canPose())('scripts/bootstrap-server, on a machine', () => {
  it('starts k3s once, and again only when a setting has changed', async () => {
    const server = await startMachine();
    try {
      for (const name of ['k3s', 'sha256sum-amd64.txt'])
        server.write(`/tmp/release/${name}`, readFileSync(join(release, name), 'utf8'));
      const args = ['--release', '/tmp/release', '--name', 'home'];
      const first = await server.run('scripts/bootstrap-server', args);
      expect(first.said).toContain('home is ready');
      expect(server.calls()).toEqual([
        'sysctl --quiet --load=/etc/sysctl.d/90-authorworks-kubelet.conf',
        'systemctl restart systemd-journald',
        'systemctl daemon-reload',
        'systemctl restart k3s',
        'k3s kubectl wait --for=condition=Ready node/home --timeout=5s',
      ]);
      server.write('/var/lib/stand-in/active', '');
      expect((await server.run('scripts/bootstrap-server', args)).said).toContain('nothing to change');
      expect(server.calls()).toEqual([
        'systemctl is-active --quiet k3s',
        'k3s kubectl wait --for=condition=Ready node/home --timeout=5s',
      ]);
      await server.run('scripts/bootstrap-server', [...args, '--address', 'books.example']);
      expect(server.calls()).toContain('systemctl restart k3s');
    } finally {
      server.stop();
    }
  });

  it('restarts k3s after a run that was broken off between the setting and the restart', async () => {
    const server = await startMachine();
    try {
      for (const name of ['k3s', 'sha256sum-amd64.txt'])
        server.write(`/tmp/release/${name}`, readFileSync(join(release, name), 'utf8'));
      const args = ['--release', '/tmp/release', '--name', 'home'];
      // a power cut: everything is written, nothing was started
      server.write('/usr/local/sbin/systemctl', '#!/bin/sh\nkill -9 $PPID\n', 0o755);
      expect((await server.run('scripts/bootstrap-server', args)).code).not.toBe(0);
      server.write('/usr/local/sbin/systemctl', '#!/bin/sh\necho "systemctl $*" >> /var/lib/stand-in/calls\n', 0o755);
      server.calls();
      expect((await server.run('scripts/bootstrap-server', args)).said).toContain('nothing to change');
      expect(server.calls()).toContain('systemctl restart k3s');
    } finally {
      server.stop();
    }
  });

  it('skips no minor version, and does not go back', async () => {
    const server = await startMachine();
    try {
      for (const name of ['k3s', 'sha256sum-amd64.txt'])
        server.write(`/tmp/release/${name}`, readFileSync(join(release, name), 'utf8'));
      const installed = async (says: string) => {
        const other = releaseIn(join(folder, says), says);
        server.write('/usr/local/bin/k3s', readFileSync(join(other, 'k3s'), 'utf8'), 0o755);
        return await server.run('scripts/bootstrap-server', [
          '--release',
          '/tmp/release',
          '--name',
          'home',
          '--dry-run',
        ]);
      };
      expect((await installed('v1.32.9+k3s1')).said).toBe(
        `error: k3s v1.32.9+k3s1 is installed: ${version} would skip a minor version. Upgrade to v1.33 first (scripts/upgrade-k3s)\n`,
      );
      expect((await installed('v1.35.1+k3s1')).said).toContain(`going back to ${version} is not possible`);
      expect((await installed('v1.33.9+k3s1')).code).toBe(0);
      // and takes only the version that the repository was tested with
      for (const name of ['k3s', 'sha256sum-amd64.txt'])
        server.write(
          `/tmp/release/${name}`,
          readFileSync(join(releaseIn(join(folder, 'other'), 'v1.34.9+k3s1'), name), 'utf8'),
        );
      expect((await installed('v1.33.9+k3s1')).said).toBe(
        `error: /tmp/release/k3s is k3s v1.34.9+k3s1, k3s/version says ${version}: take the other, or change k3s/version\n`,
      );
    } finally {
      server.stop();
    }
  });
});
