import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtServiceNames, services } from '@authorworks/contracts';
import { helm, kubectl, list, podsIn, residents, within } from './cluster.ts';
import type { Versions } from './images.ts';
import { allowNames, isLab } from './lab.ts';
import { root, run } from './programs.ts';

/** Namespaces of the house under test; an operator's own house in the same cluster has others. */
const prefix = process.env['CLUSTER_NAMESPACE'] ?? 'authorworks-test';
export const namespaces = {
  app: prefix,
  data: `${prefix}-data`,
  watch: `${prefix}-watch`,
  nodes: `${prefix}-nodes`,
  ai: `${prefix}-ai`,
} as const;

const RESTRICTED = 'pod-security.kubernetes.io/enforce=restricted';

const others = (...zones: readonly (keyof typeof namespaces)[]): Record<string, string> =>
  Object.fromEntries(zones.map((zone) => [`namespaces.${zone}`, namespaces[zone]]));

export interface Release {
  readonly name: string;
  readonly chart: string;
  readonly namespace: string;
  readonly set: Readonly<Record<string, string>>;
}

const tags = (versions: Versions): Record<string, string> =>
  Object.fromEntries([
    ...builtServiceNames.map((name) => [`services.${name}.image.tag`, versions[name]]),
    ...builtServiceNames
      .filter((name) => services[name].needs.postgres)
      .map((name) => [`migrate.${name}.image.tag`, versions[name]]),
    ['test.image.tag', versions.gateway],
  ]);

/** What is installed, in this order. @param baseUrl where people reach it */
export const releasesOf = (versions: Versions, baseUrl: string): readonly Release[] => [
  { name: 'authorworks-data', chart: 'authorworks-data', namespace: namespaces.data, set: others('app') },
  {
    name: 'authorworks-blue',
    chart: 'authorworks',
    namespace: namespaces.app,
    set: { colour: 'blue', 'house.publicUrl': baseUrl, ...others('data', 'watch', 'nodes', 'ai'), ...tags(versions) },
  },
  {
    name: 'authorworks-edge',
    chart: 'authorworks-edge',
    namespace: namespaces.app,
    set: {
      'hosts.house': new URL(baseUrl).hostname,
      'test.image.tag': versions.gateway,
      ...others('data', 'watch'),
    },
  },
  {
    name: 'authorworks-watch',
    chart: 'authorworks-watch',
    namespace: namespaces.watch,
    set: others('app', 'watch', 'nodes'),
  },
];

/** Makes the namespaces and what the charts mount, by the means that an operator has. */
export const prepare = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'authorworks-secrets-'));
  const { app, data, watch } = namespaces;
  const zones = ['--namespace-app', app, '--namespace-data', data, '--namespace-watch', watch];
  // the mail server is the operator's; nothing is sent from here
  const password = join(folder, 'password-of-mails');
  await writeFile(password, 'nobody');
  const given = ['--give', `alerts-smtp-password=${password}`];
  await run(join(root, 'scripts', 'secrets'), ['--folder', folder, ...zones, ...given, '--apply']);
  await rm(folder, { recursive: true });
  await kubectl(['label', 'namespace', app, data, watch, RESTRICTED, '--overwrite']);
  if (isLab()) for (const namespace of [app, data, watch]) await allowNames(namespace);
};

/** `helm upgrade --install`, until everything is ready. @returns seconds */
export const install = async ({ name, chart, namespace, set }: Release): Promise<number> => {
  const began = performance.now();
  const values = join(root, 'test', 'cluster', 'values', `${chart}.yaml`);
  const settings = Object.entries(set).flatMap(([key, value]) => ['--set-string', `${key}=${value}`]);
  const install = ['upgrade', '--install', name, join(root, 'charts', chart), '--namespace', namespace];
  await helm([...install, '--values', values, ...settings, '--wait', '--timeout', '5m']);
  return (performance.now() - began) / 1000;
};

/** Makes the first operator, as NOTES.txt of the chart says. */
export const makeOperator = async (): Promise<{ readonly email: string; readonly password: string }> => {
  const program = ['node', 'packages/platform/src/operator-main.ts', 'operator@example.org'];
  const output = await kubectl(['--namespace', namespaces.app, 'exec', 'deployment/user-blue', '--', ...program]);
  return JSON.parse(output) as { email: string; password: string };
};

/** Removes every trace, also of a run that was killed. */
export const remove = async (): Promise<void> => {
  const all = Object.values(namespaces);
  for (const { name, namespace } of JSON.parse(
    await helm(['list', '--all-namespaces', '--all', '--output', 'json']),
  ) as {
    name: string;
    namespace: string;
  }[])
    if ((all as readonly string[]).includes(namespace))
      await helm(['uninstall', name, '--namespace', namespace, '--no-hooks', '--ignore-not-found', '--timeout', '1m']);
  for (const one of all) {
    const pods = ['pods', '--all', '--namespace', one];
    // nobody is in the house any more for whom they would have to wait
    await kubectl(['delete', ...pods, '--grace-period=1', '--wait=false', '--ignore-not-found']);
    // what was on a machine without power never says that it has ended
    await kubectl(['wait', ...pods, '--for=delete', '--timeout=30s']).catch(
      async () => await kubectl(['delete', ...pods, '--force', '--grace-period=0', '--ignore-not-found']),
    );
  }
  await kubectl(['delete', 'namespace', ...all, '--ignore-not-found', '--timeout=180s', '--wait']);
};

/** Waits until every pod that stays is ready. @throws Error that names those that are not */
export const untilReady = async (seconds: number): Promise<void> =>
  await within(seconds, 'every pod is ready', async () => {
    const waiting = residents(await podsIn(Object.values(namespaces))).filter(({ isReady }) => !isReady);
    if (waiting.length > 0) throw new Error(waiting.map(({ name }) => name).join(', '));
    return true;
  }).then(() => undefined);

/** What an operator would look at when something does not come up. */
export const explain = async (): Promise<string> => {
  const pods = residents(await podsIn(Object.values(namespaces))).filter(({ isReady }) => !isReady);
  const events = (await Promise.all(Object.values(namespaces).map(async (one) => await list('events', one))))
    .flat()
    .filter((event) => event['type'] === 'Warning');
  const said = pods.map(async ({ namespace, name }) => {
    const logs = ['--namespace', namespace, 'logs', name, '--all-containers', '--tail=15'];
    return await kubectl(logs).catch((error: Error) => error.message);
  });
  return [
    ...pods.map(
      ({ name, object }) =>
        `${name}: ${JSON.stringify(object['status'].containerStatuses ?? object['status'].conditions)}`,
    ),
    ...(await Promise.all(said)),
    ...events.slice(-20).map((event) => `${event['involvedObject'].name}: ${event['message']}`),
  ].join('\n');
};
