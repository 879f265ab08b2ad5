import { freePort } from '@authorworks/servers';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  canPose,
  CMDLINE,
  type Machine,
  newFolder,
  poseAsPi,
  type Ran,
  releaseIn,
  SECRET,
  startMachine,
  TOKEN,
  write,
} from './machine.ts';

const hasSshd = existsSync('/usr/sbin/sshd');
if (!hasSshd) console.warn('skipped: there is no sshd here (scripts/test installs it)');

const answers = async (port: number): Promise<boolean> =>
  await new Promise((done) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('data', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });

/** A real sshd in a machine; the key of `folder` opens it. */
const startSshd = async (machine: Machine, folder: string): Promise<{ port: number; process: ChildProcess }> => {
  const port = await freePort();
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  machine.write('/etc/ssh/test/host', readFileSync(join(folder, 'host'), 'utf8'), 0o600);
  machine.write('/etc/ssh/test/keys', readFileSync(join(folder, 'user.pub'), 'utf8'));
  machine.write(
    '/etc/ssh/test/config',
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey /etc/ssh/test/host\nAuthorizedKeysFile /etc/ssh/test/keys\nUsePAM no\n` +
      'PasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\nStrictModes no\n',
  );
  const child = spawn(
    'nsenter',
    [`--target=${machine.pid}`, '--mount', '--root', '/usr/sbin/sshd', '-D', '-f', '/etc/ssh/test/config'],
    {
      stdio: 'ignore',
    },
  );
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}`);
    await new Promise((done) => setImmediate(done));
  }
  return { port, process: child };
};

/** Looks at the command lines and variables of all processes, over and over, until stopped; tells who showed a text. */
const watchProcesses = (text: string): (() => string[]) => {
  const found = new Set<string>();
  let stopped = false;
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      for (const file of ['cmdline', 'environ'])
        try {
          const shown = readFileSync(join('/proc', pid, file), 'utf8');
          if (shown.includes(text)) found.add(shown.replaceAll('\0', ' '));
        } catch {
          // it has ended
        }
    if (!stopped) setTimeout(look, 2);
  };
  look();
  return () => {
    stopped = true;
    return [...found];
  };
};

describe.skipIf(!hasSshd || !canPose())('scripts/join-pi, over a real ssh', () => {
  let folder = '';
  let server: Machine;
  let pi: Machine;
  let sshd: { port: number; process: ChildProcess };
  beforeAll(async () => {
    folder = newFolder();
    server = await startMachine();
    pi = await startMachine();
    sshd = await startSshd(pi, folder);
  });
  afterAll(() => {
    sshd?.process.kill();
    pi?.stop();
    server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const path of [
      '/etc/rancher',
      '/var/lib/rancher',
      '/var/lib/authorworks',
      '/var/lib/stand-in',
      '/usr/local/bin/k3s',
      '/etc/systemd/system/k3s-agent.service',
      '/etc/systemd/journald.conf.d',
    ])
      for (const one of [pi, server]) rmSync(one.path(path), { recursive: true, force: true });
    poseAsPi(pi);
    releaseIn(server.path('/tmp/release'));
    // a server that runs
    write(server.path('/'), 'usr/local/bin/k3s', readFileSync(server.path('/tmp/release/k3s'), 'utf8'), 0o755);
    server.write('/etc/rancher/k3s/k3s.yaml', '');
    server.write('/var/lib/stand-in/token', `${TOKEN}\n`);
    server.write('/tmp/key', readFileSync(join(folder, 'user'), 'utf8'), 0o600);
  });

  const joinPi = async (
    args: readonly string[] = ['--release', '/tmp/release'],
    host = 'root@127.0.0.1',
  ): Promise<Ran> =>
    await server.run('scripts/join-pi', [
      host,
      ...args,
      '--',
      '-p',
      String(sshd.port),
      '-i',
      '/tmp/key',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      'LogLevel=ERROR',
      '-o',
      'BatchMode=yes',
    ]);
  const hasJoined = (): void => {
    pi.write('/var/lib/rancher/k3s/agent/client-kubelet.crt', 'certificate');
    pi.write('/var/lib/stand-in/active', '');
  };

  it('prepares the Pi, lets it join, and gives the node its labels and its taint', async () => {
    const { code, said } = await joinPi();
    expect(said).toContain('pi-01 is ready');
    expect(code).toBe(0);
    // the Pi was told the address from which it was called
    expect(pi.read('/etc/rancher/k3s/config.yaml.d/50-machine.yaml')).toContain(
      'server: "https://127.0.0.1:6443"\nnode-name: "pi-01"',
    );
    expect(pi.read('/boot/firmware/cmdline.txt')).toBe(`${CMDLINE} cgroup_memory=1 cgroup_enable=memory\n`);
    expect(pi.read('/etc/rancher/k3s/join-token')).toBe(`${TOKEN}\n`);
    expect(statSync(pi.path('/etc/rancher/k3s/join-token')).mode & 0o777).toBe(0o600);
    expect(pi.calls()).toEqual([
      'sysctl --quiet --load=/etc/sysctl.d/90-authorworks-kubelet.conf',
      'sysctl --quiet --load=/etc/sysctl.d/91-authorworks-memory.conf',
      'systemctl restart systemd-journald',
      'systemctl disable --quiet --now dphys-swapfile',
      'systemctl daemon-reload',
      'systemctl restart authorworks-zram',
      'systemctl restart k3s-agent',
    ]);
    expect(server.calls().filter((line) => !line.includes('/readyz'))).toEqual([
      'k3s token create --ttl 2h --description join-pi pi-01',
      'k3s kubectl wait --for=condition=Ready node/pi-01 --timeout=5s',
      'k3s kubectl label --overwrite node/pi-01 authorworks.io/pool=pi',
      'k3s kubectl taint --overwrite node pi-01 authorworks.io/pi=true:NoSchedule',
    ]);
    // what was sent is gone
    expect(readdirSync(pi.path('/var/tmp'))).not.toContain('authorworks-join');
  });

  it('shows the token to nobody: in no output, no command line, no variable', async () => {
    const stop = watchProcesses(SECRET);
    const { code, said } = await joinPi();
    expect(stop()).toEqual([]);
    expect(code).toBe(0);
    expect(said).not.toContain(SECRET);
  });

  it('makes no token and changes nothing when the Pi is a member already', async () => {
    await joinPi();
    hasJoined();
    server.calls();
    pi.calls();
    const { said } = await joinPi();
    expect(said).toContain('nothing to change');
    expect(server.calls().join('\n')).not.toContain('token create');
    expect(pi.calls()).toEqual(['systemctl is-active --quiet k3s-agent']);
  });

  it('keeps the name that the Pi was given once', async () => {
    expect((await joinPi(['--release', '/tmp/release', '--name', 'pi-07'])).said).toContain('pi-07 is ready');
    hasJoined();
    const { said } = await joinPi([]);
    expect(said).toContain('nothing to change');
    expect(said).toContain('pi-07 is ready');
  });

  it('shows with --dry-run what would happen, and neither makes a token nor changes the Pi', async () => {
    const { code, said } = await joinPi(['--release', '/tmp/release', '--dry-run']);
    expect(code).toBe(0);
    expect(said).toContain(
      'would make a join token, good for two hours, and write it to /etc/rancher/k3s/join-token on root@127.0.0.1 (secret)',
    );
    expect(said).toContain('would write /usr/local/bin/k3s (mode 755)');
    expect(said).toContain('would run: systemctl restart k3s-agent');
    expect(server.calls().join('\n')).not.toContain('token create');
    expect(pi.calls()).toEqual([]);
    expect(pi.read('/boot/firmware/cmdline.txt')).toBe(`${CMDLINE}\n`);
    expect(existsSync(pi.path('/etc/rancher'))).toBe(false);
  });

  it('goes on where a connection that broke has left it', async () => {
    // the Pi loses its power while k3s is written
    pi.write('/usr/local/bin/sync', '#!/bin/sh\ncase $1 in */k3s.new) kill -9 $PPID ;; esac\n', 0o755);
    const broken = await joinPi();
    rmSync(pi.path('/usr/local/bin/sync'));
    expect(broken.code).toBe(1);
    expect(broken.said).toContain('root@127.0.0.1 was not prepared: see above, repair it, and run this again');
    expect(pi.calls()).toEqual([]);
    expect((await joinPi()).said).toContain('pi-01 is ready');
    expect(pi.calls()).toContain('systemctl restart k3s-agent');
  });

  it('says that a Pi has to be restarted when its kernel does not count memory yet', async () => {
    poseAsPi(pi, { countsMemory: false });
    const { code, said } = await joinPi();
    expect(code).toBe(0);
    expect(said).toContain('restart root@127.0.0.1 (sudo reboot): it joins by itself then');
    expect(pi.calls()).not.toContain('systemctl restart k3s-agent');
    expect(existsSync(pi.path('/etc/systemd/system/multi-user.target.wants/k3s-agent.service'))).toBe(true);
  });

  it('restarts the Pi with --reboot, and goes on when it is another start of its kernel', async () => {
    poseAsPi(pi, { countsMemory: false });
    pi.write('/tmp/boot', 'first\n');
    execFileSync('nsenter', [
      `--target=${pi.pid}`,
      '--mount',
      '--root',
      'mount',
      '--bind',
      '/tmp/boot',
      '/proc/sys/kernel/random/boot_id',
    ]);
    const systemctl = pi.read('/usr/local/sbin/systemctl');
    pi.write('/usr/local/sbin/systemctl', `${systemctl}[ "$1" != reboot ] || echo second > /tmp/boot\n`, 0o755);
    const { said } = await joinPi(['--release', '/tmp/release', '--reboot']);
    pi.write('/usr/local/sbin/systemctl', systemctl, 0o755);
    expect(said).toContain('restarting root@127.0.0.1');
    expect(said).toContain('pi-01 is ready');
    expect(pi.calls()).toContain('systemctl reboot');
  });

  it.each([
    [
      'another machine that has this name',
      () => server.write('/var/lib/stand-in/pi-01', ''),
      /there is a node pi-01 already, and it is not this machine\. .*kubectl delete node\/pi-01/,
    ],
    [
      'a 32-bit system',
      () => pi.write('/usr/local/bin/getconf', '#!/bin/sh\necho 32\n', 0o755),
      /the kernel has 64 bits, the system 32/,
    ],
    [
      'a server without k3s',
      () => rmSync(server.path('/usr/local/bin/k3s')),
      /no join token can be made here: run this on the server, as root, or give --token-file/,
    ],
    [
      'a damaged release',
      () => writeFileSync(server.path('/tmp/release/k3s-arm64'), 'half'),
      /k3s-arm64 is damaged or not the real one/,
    ],
    [
      'a server that is older than what the Pi would get',
      () =>
        server.write(
          '/usr/local/bin/k3s',
          server.read('/tmp/release/k3s').replace(/version v1\.\d+/, 'version v1.33'),
          0o755,
        ),
      /the server is k3s v1\.33\.\d+\+k3s1, older than k3s\/version/,
    ],
  ])('refuses %s in one line', async (_, spoil, message) => {
    spoil();
    const { code, said } = await joinPi();
    rmSync(pi.path('/usr/local/bin/getconf'), { force: true });
    expect(code).toBe(1);
    expect(said).toMatch(message);
    expect(pi.read('/boot/firmware/cmdline.txt')).toBe(`${CMDLINE}\n`);
  });

  it('says which of the two is missing when nobody may sign in', async () => {
    const { code, said } = await joinPi([], 'nobody@127.0.0.1');
    expect(code).toBe(1);
    expect(said).toContain(
      'error: nobody@127.0.0.1 does not let us in as root: check ssh (ssh nobody@127.0.0.1), and there sudo -n true',
    );
  });
});
