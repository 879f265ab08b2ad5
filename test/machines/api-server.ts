import { freePort } from '@authorworks/servers';
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { labProgram } from './checkers.ts';
import { newFolder, type Ran, root, run } from './machine.ts';

/** Kubernetes' own API server, alone, with the arguments and files that k3s/ gives it. */
export interface ApiServer {
  /** `kubectl` with the rights of an administrator. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<Ran>;
  readonly kubeconfig: string;
  /** The audit log, line by line. */
  readonly audited: () => Record<string, unknown>[];
  readonly stop: () => Promise<void>;
}

const ended = async (child: ChildProcess): Promise<void> =>
  await new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', () => done());
  });

/** The arguments of k3s/server/config.yaml, with its files where they are here. */
const ourArguments = (folder: string): string[] =>
  (parse(readFileSync(join(root, 'k3s/server/config.yaml'), 'utf8'))['kube-apiserver-arg'] as string[]).map(
    (argument) =>
      `--${argument
        .replace('/etc/rancher/k3s/', `${join(root, 'k3s/server')}/`)
        .replace(/=\/var\/lib\/rancher\/.*\//, `=${folder}/`)}`,
  );

export const startApiServer = async (): Promise<ApiServer> => {
  const folder = newFolder();
  const [storePort, port] = [await freePort(), await freePort()];
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  mkdirSync(join(folder, 'certificates'));
  const log = createWriteStream(join(folder, 'log'));
  const start = (program: string, args: readonly string[]): ChildProcess => {
    const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    return child;
  };
  const store = start(labProgram('kine'), [
    `--listen-address=127.0.0.1:${storePort}`,
    '--metrics-bind-address=0',
    `--endpoint=sqlite://${folder}/state.db?_journal=WAL&cache=shared&_busy_timeout=30000`,
  ]);
  const server = start(labProgram('kube-apiserver'), [
    `--etcd-servers=http://127.0.0.1:${storePort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}/certificates`,
    '--service-cluster-ip-range=10.43.0.0/16',
    '--allow-privileged=true',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--token-auth-file=${put('tokens', 'administrator,admin,admin,"system:masters"\nsomebody,somebody,somebody,people\n')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${put('accounts.pub', publicKey)}`,
    `--service-account-signing-key-file=${put('accounts.key', privateKey)}`,
    ...ourArguments(folder),
  ]);
  const kubeconfig = put(
    'kubeconfig',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'own', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'admin', user: { token: 'administrator' } }],
      contexts: [{ name: 'own', context: { cluster: 'own', user: 'admin' } }],
      'current-context': 'own',
    }),
  );
  const kubectl = async (args: readonly string[], input?: string): Promise<Ran> =>
    await run(labProgram('kubectl'), args, { KUBECONFIG: kubeconfig }, input);
  const stop = async (): Promise<void> => {
    for (const child of [server, store]) {
      child.kill('SIGKILL');
      await ended(child);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  while ((await kubectl(['get', '--raw', '/readyz'])).code !== 0) {
    if (server.exitCode === null && store.exitCode === null) continue;
    const said = readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(-15).join('\n');
    await stop();
    throw new Error(`the API server ended:\n${said}`);
  }
  return {
    kubectl,
    kubeconfig,
    stop,
    audited: () =>
      readFileSync(join(folder, 'audit.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};
