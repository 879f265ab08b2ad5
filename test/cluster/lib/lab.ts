import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { enforcer, hasKubeRouter } from './policies.ts';
import { root, run } from './programs.ts';

/** The folder of the lab, a small Kubernetes on this machine: LAB, or ../shared/lab beside the repository. */
const folder = process.env['LAB'] ?? resolve(root, '..', 'shared', 'lab');
const cache = process.env['LAB_CACHE'] ?? join(homedir(), '.cache', 'lab');
const state = process.env['LAB_STATE'] ?? join(homedir(), '.local', 'state', 'lab');

/** Its programs and images have been made. */
export const labIsBuilt = (): boolean =>
  existsSync(join(folder, 'up')) &&
  existsSync(join(cache, 'bin', 'kubelet')) &&
  existsSync(join(cache, 'images', 'containerd'));

/** The cluster that is tested is the lab, and not one of KUBECONFIG's that is elsewhere. */
export const isLab = (): boolean =>
  labIsBuilt() && [undefined, join(state, 'kubeconfig')].includes(process.env['KUBECONFIG'] || undefined);

const lab = async (script: string, ...args: readonly string[]): Promise<string> =>
  await run(join(folder, script), args);

/** Where people reach the lab: a name of its own, so that other houses there are not disturbed. */
export const LAB_INGRESS = 'http://localhost:18080';

const label = async (node: string, pool: 'server' | 'pi'): Promise<void> => {
  // what k3s/ says when a machine joins
  await run('kubectl', ['label', 'node', node, '--overwrite', `authorworks.io/pool=${pool}`]);
  if (pool === 'pi') await run('kubectl', ['taint', 'node', node, '--overwrite', 'authorworks.io/pi=true:NoSchedule']);
};

interface TraefikValues {
  readonly priorityClassName: string;
  readonly livenessProbe: object;
  readonly readinessProbe: object;
  readonly resources: object;
}

/** Gives the lab's Traefik what k3s/ gives the one of k3s, as far as it decides what happens when the machine is busy. */
const dressTraefik = async (): Promise<void> => {
  const { spec } = parse(await readFile(join(root, 'k3s', 'manifests', 'authorworks-traefik.yaml'), 'utf8')) as {
    spec: { valuesContent: string };
  };
  const { priorityClassName, livenessProbe, readinessProbe, resources } = parse(spec.valuesContent) as TraefikValues;
  const containers = [{ name: 'traefik', livenessProbe, readinessProbe, resources }];
  const patch = { spec: { template: { spec: { priorityClassName, containers } } } };
  const deployment = ['--namespace', 'kube-system', 'deployment/traefik'];
  await run('kubectl', ['patch', ...deployment, '--patch', JSON.stringify(patch)]);
  await run('kubectl', ['rollout', 'status', ...deployment, '--timeout=120s']);
};

/** The lab's names are asked for on another port than k3s', and NetworkPolicies are about ports of pods. */
export const allowNames = async (namespace: string): Promise<void> => {
  const to = [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ];
  const ports = ['UDP', 'TCP'].map((protocol) => ({ port: 5353, protocol }));
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'names-in-the-lab', namespace },
    spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to, ports }] },
  };
  await run('kubectl', ['apply', '--filename', '-'], { input: JSON.stringify(policy) });
};

/** Has the node enforce NetworkPolicies, until its power is cut. */
const enforcePolicies = async (node: string): Promise<void> => {
  if (!hasKubeRouter) return;
  const [program = '', ...args] = enforcer(node, join(state, 'kubeconfig'));
  const log = join(state, 'nodes', node, 'kube-router.log');
  // as its machine's other daemons: it outlives the tests, and dies with the node
  const start = 'pgrep -x kube-router >/dev/null || setsid --fork "$@" </dev/null >>"$0" 2>&1';
  await lab('node', 'exec', node, 'bash', '-c', start, log, program, ...args);
};

const isUp = async (pis: number): Promise<boolean> => {
  const names = [
    'home-server',
    ...Array.from({ length: pis }, (_, index) => `pi-${String(index + 1).padStart(2, '0')}`),
  ];
  try {
    await run('kubectl', ['wait', 'node', ...names, '--for=condition=Ready', '--timeout=1s']);
    const parts = ['coredns', 'local-path-provisioner', 'traefik'].map((name) => `deployment/${name}`);
    const wait = ['--for=condition=Available', '--timeout=1s'];
    await run('kubectl', ['--namespace', 'kube-system', 'wait', ...parts, ...wait]);
    return true;
  } catch {
    return false;
  }
};

/** Brings it up from whatever state it was left in, with so many Pis, and points kubectl at it. @returns whether it was up */
export const labUp = async ({ pis }: { readonly pis: number }): Promise<boolean> => {
  process.env['KUBECONFIG'] = join(state, 'kubeconfig');
  process.env['PATH'] = `${join(cache, 'bin')}:${process.env['PATH'] ?? ''}`;
  // lab/up looks at the ingress with a house in it as well, and finds it wrong; so it is left alone when all is well
  const wasUp = await isUp(pis);
  if (!wasUp) await lab('up', '--pis', String(pis));
  const nodes = (await run('kubectl', ['get', 'nodes', '--output', 'name'])).trim().split('\n');
  for (const node of nodes.map((name) => name.replace('node/', '')))
    await label(node, node === 'home-server' ? 'server' : 'pi');
  await dressTraefik();
  for (const node of await runningNodes()) await enforcePolicies(node);
  return wasUp;
};

export const labDown = async (): Promise<void> => void (await lab('down'));

/** A power cut, and its end. */
export const stopNode = async (name: string): Promise<void> => void (await lab('node', 'stop', name));
export const startNode = async (name: string): Promise<void> => {
  await lab('node', 'start', name);
  await enforcePolicies(name);
};

/** Nodes without a kubelet, on which pods only pretend to run. */
export const removeFakeNodes = async (): Promise<void> =>
  void (await run('kubectl', ['delete', 'node', '--selector', 'type=kwok', '--ignore-not-found']));

const runningNodes = async (): Promise<string[]> =>
  [...(await lab('node', 'list')).matchAll(/^(\S+) \S+ running$/gm)].map(([, name = '']) => name);

/** Names of the images of each running node. */
export const imagesInLab = async (): Promise<ReadonlySet<string>[]> => {
  return await Promise.all(
    (await runningNodes()).map(async (name) => {
      const output = await lab('node', 'exec', name, 'ctr', '-n', 'k8s.io', 'images', 'ls', '-q');
      return new Set(output.split('\n'));
    }),
  );
};

/** Sizes of the server's images, in MiB, by name. */
export const imageSizesInLab = async (): Promise<ReadonlyMap<string, number>> => {
  const lines = await lab('node', 'exec', 'home-server', 'ctr', '-n', 'k8s.io', 'images', 'ls');
  const sizes = lines.matchAll(/^(\S+) .*?(\d+\.\d) (Mi|Gi)B /gm);
  return new Map([...sizes].map(([, name = '', size, unit]) => [name, Number(size) * (unit === 'Gi' ? 1024 : 1)]));
};

/** Builds the Dockerfile into the lab. @param target a stage, when it is not the last */
export const buildInLab = async (
  tag: string,
  { target, args = {} }: { readonly target?: string; readonly args?: Readonly<Record<string, string>> },
): Promise<void> => {
  await lab(
    'build-image',
    root,
    join(root, 'Dockerfile'),
    tag,
    ...(target === undefined ? [] : ['--target', target]),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  );
};

/** An image on top of another one of the lab. @param directory with its Dockerfile */
export const buildFrom = async (directory: string, tag: string): Promise<void> =>
  void (await lab('build-image', directory, join(directory, 'Dockerfile'), tag));
