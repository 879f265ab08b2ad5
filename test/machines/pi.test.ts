import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  brokenOffAt,
  CMDLINE,
  newFolder,
  newPi,
  pictureOf,
  releaseIn,
  SECRET,
  script,
  TOKEN,
  write,
} from './machine.ts';

let folder = '';
let card = '';
beforeEach(() => {
  folder = newFolder();
  releaseIn(join(folder, 'release'));
  write(folder, 'token', `${TOKEN}\n`);
  card = newPi(join(folder, 'card'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (path: string): string => readFileSync(join(card, path), 'utf8');
const cmdline = (): string => read('boot/firmware/cmdline.txt');
const needed = (): string[] => [
  '--server',
  'home.lan',
  '--token-file',
  join(folder, 'token'),
  '--release',
  join(folder, 'release'),
];
const prepare = async (args: readonly string[] = needed(), variables?: Record<string, string>) =>
  await script('prepare-pi', ['--root', card, ...args], variables);

describe('scripts/prepare-pi, for a card in a reader', () => {
  it('writes what makes a Pi join by itself when it is started', async () => {
    expect(await prepare()).toMatchObject({ code: 0, output: '' });
    expect(read('etc/rancher/k3s/config.yaml.d/50-machine.yaml')).toBe(
      '# Written by scripts/join-pi.\nserver: "https://home.lan:6443"\nnode-name: "pi-01"\ntoken-file: /etc/rancher/k3s/join-token\n',
    );
    expect(read('etc/rancher/k3s/join-token')).toBe(`${TOKEN}\n`);
    expect(statSync(join(card, 'etc/rancher/k3s/join-token')).mode & 0o777).toBe(0o600);
    expect(pictureOf(card)).toMatchObject({
      'etc/systemd/system/multi-user.target.wants/k3s-agent.service': '-> ../k3s-agent.service',
      'etc/systemd/system/multi-user.target.wants/authorworks-zram.service': '-> ../authorworks-zram.service',
    });
    expect(read('etc/systemd/journald.conf.d/90-authorworks.conf')).toContain('Storage=volatile');
    // no swap on the card
    expect(read('etc/dphys-swapfile')).toBe('# where we want the swapfile\nCONF_MAXSWAP=2048\nCONF_SWAPSIZE=0\n');
  });

  it('changes nothing the second time', async () => {
    await prepare();
    const before = pictureOf(card);
    expect(await prepare()).toEqual({ code: 0, output: '', said: 'nothing to change\n' });
    expect(pictureOf(card)).toEqual(before);
  });

  it('remembers its name and its server', async () => {
    await prepare([...needed(), '--name', 'pi-07', '--server', 'fd00::5']);
    expect(read('etc/rancher/k3s/config.yaml.d/50-machine.yaml')).toContain(
      'server: "https://[fd00::5]:6443"\nnode-name: "pi-07"',
    );
    expect(await prepare([])).toEqual({ code: 0, output: '', said: 'nothing to change\n' });
  });

  it('never shows the token', async () => {
    const dry = await prepare([...needed(), '--dry-run']);
    expect(dry.said).toContain('would write /etc/rancher/k3s/join-token (mode 600, secret)');
    const wet = await prepare();
    for (const { said } of [dry, wet]) expect(said).not.toContain(SECRET);
  });

  it('can be broken off anywhere: the next run completes it', { timeout: 300_000 }, async () => {
    await prepare();
    const complete = pictureOf(card);
    let finished = false;
    for (let nth = 1; !finished; nth += 97) {
      rmSync(card, { recursive: true });
      newPi(card);
      finished = (await prepare(needed(), brokenOffAt(folder, nth))).code === 0;
      // a Pi that is started now starts as before or as after: its command line is whole
      expect([`${CMDLINE}\n`, `${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`]).toContain(cmdline());
      expect(await prepare()).toMatchObject({ code: 0 });
      expect(pictureOf(card), `broken off before command ${nth}`).toEqual(complete);
    }
  });

  it('turns off the swap file of newer systems as well', async () => {
    write(card, 'etc/rpi/swap.conf', '[Main]\n#Mechanism=auto\n');
    await prepare();
    expect(read('etc/rpi/swap.conf.d/90-authorworks.conf')).toContain('[Main]\nMechanism=none\n');
  });
});

describe('the kernel’s command line of a Pi', () => {
  it('stays one line, with all that was there, and the two words at its end', async () => {
    await prepare();
    expect(cmdline()).toBe(`${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`);
    expect(read('boot/firmware/cmdline.txt.before-authorworks')).toBe(`${CMDLINE}\n`);
  });

  it.each([
    [
      'with one of the words in it',
      `root=/dev/sda2 cgroup_enable=memory quiet\n`,
      'root=/dev/sda2 cgroup_enable=memory quiet cgroup_memory=1\n',
    ],
    ['without an end of line', CMDLINE, `${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`],
    ['written on Windows', `${CMDLINE}\r\n`, `${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`],
    ['with an empty line after it', `${CMDLINE}\n\n`, `${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`],
    [
      'that forbids to count memory',
      `cgroup_disable=memory root=/dev/sda2\n`,
      'root=/dev/sda2 cgroup_memory=1 cgroup_enable=memory\n',
    ],
    [
      'with a word that looks alike',
      `root=/dev/sda2 xcgroup_memory=10\n`,
      'root=/dev/sda2 xcgroup_memory=10 cgroup_memory=1 cgroup_enable=memory\n',
    ],
  ])('%s', async (_, before, after) => {
    writeFileSync(join(card, 'boot/firmware/cmdline.txt'), before);
    await prepare();
    expect(cmdline()).toBe(after);
    expect(await prepare()).toMatchObject({ said: 'nothing to change\n' });
  });

  it('is found at its old place', async () => {
    rmSync(join(card, 'boot/firmware'), { recursive: true });
    writeFileSync(join(card, 'boot/cmdline.txt'), `${CMDLINE}\n`);
    await prepare();
    expect(read('boot/cmdline.txt')).toBe(`${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`);
  });
});

describe('what scripts/prepare-pi refuses, in one line, before it has changed anything', () => {
  const cases: readonly [string, () => void, () => string[], RegExp][] = [
    [
      'two lines in the command line',
      () => writeFileSync(join(card, 'boot/firmware/cmdline.txt'), `${CMDLINE}\nquiet\n`),
      needed,
      /\/boot\/firmware\/cmdline\.txt has 2 lines with text, and must have one/,
    ],
    [
      'an empty command line',
      () => writeFileSync(join(card, 'boot/firmware/cmdline.txt'), '\n'),
      needed,
      /\/boot\/firmware\/cmdline\.txt has 0 lines with text/,
    ],
    [
      'a command line without root=',
      () => writeFileSync(join(card, 'boot/firmware/cmdline.txt'), 'quiet\n'),
      needed,
      /does not say root=/,
    ],
    [
      'no command line',
      () => rmSync(join(card, 'boot'), { recursive: true }),
      needed,
      /is this a Raspberry Pi, with its boot partition mounted\?/,
    ],
    [
      'the name that every Pi has',
      () => writeFileSync(join(card, 'etc/hostname'), 'raspberrypi\n'),
      needed,
      /every new Pi is called raspberrypi: give this one a name of its own/,
    ],
    [
      'a name that no node can have',
      () => undefined,
      () => [...needed(), '--name', 'pi_1'],
      /"pi_1" cannot be the name of a node/,
    ],
    ['no server', () => undefined, () => needed().slice(2), /--server is needed/],
    [
      'no token',
      () => undefined,
      () => [...needed().slice(0, 2), ...needed().slice(4)],
      /this Pi has no join token yet/,
    ],
    [
      'a token in the short form, with which the Pi would believe anybody',
      () => writeFileSync(join(folder, 'token'), 'abcdef.0123456789abcdef\n'),
      needed,
      /does not hold a join token in the long form/,
    ],
    [
      'no k3s',
      () => undefined,
      () => needed().slice(0, 4),
      /k3s is not installed, and no --release was given\. .*k3s-arm64, sha256sum-arm64\.txt/,
    ],
    [
      'a damaged k3s',
      () => writeFileSync(join(folder, 'release/k3s-arm64'), 'half'),
      needed,
      /k3s-arm64 is damaged or not the real one/,
    ],
    ['a folder that is no system', () => rmSync(join(card, 'etc'), { recursive: true }), needed, /holds no system/],
  ];
  it.each(cases)('%s', async (_, spoil, args, message) => {
    spoil();
    const before = pictureOf(card);
    const { code, said } = await prepare(args());
    expect(code).toBe(1);
    expect(said).toMatch(message);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(said).not.toContain('0123456789abcdef');
    expect(pictureOf(card)).toEqual(before);
  });
});
