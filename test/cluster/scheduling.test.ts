import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEAVY_LABEL } from '../../cdk8s/src/constructs/placement.ts';
import { chartNames, exampleFile } from '../charts/tools.ts';
import { helm, kubectl, list, type PodState, podsIn, within } from './lib/cluster.ts';
import { addFakeMachines, removeFakeMachines, STORAGE_CLASS } from './lib/fake-machines.ts';
import { namespaces, prepare, remove } from './lib/house.ts';
import { isLab } from './lib/lab.ts';
import { budgetOf } from './lib/memory.ts';
import { placementOf, type Pool, poolsOfNodes } from './lib/placement.ts';
import { root } from './lib/programs.ts';
import { printTable } from './lib/table.ts';

const PIS = 30;
/** 55 GB, in MiB. */
const SERVER_MIB = 55e9 / 2 ** 20;
const PI_MIB = 900;
const all = Object.values(namespaces);

const zoneOf = { authorworks: 'app', 'authorworks-edge': 'app' } as const;
const namespaceOf = (chart: (typeof chartNames)[number]): string =>
  namespaces[(zoneOf as Record<string, keyof typeof namespaces>)[chart] ?? (chart.split('-')[1] as 'data')];

/** The example of a home with everything in it, as it is, but in namespaces and on volumes of this test. */
const installAtHome = async (chart: (typeof chartNames)[number]): Promise<void> => {
  const values = exampleFile(chart, 'home');
  const schema = await helm(['show', 'values', join(root, 'charts', chart)]);
  const settings = [
    ...Object.entries(namespaces)
      .filter(([zone]) => new RegExp(`^namespaces:\\n(  .*\\n)*?  ${zone}:`, 'm').test(schema))
      .map(([zone, name]) => `namespaces.${zone}=${name}`),
    ...(/^storage:/m.test(schema) ? [`storage.className=${STORAGE_CLASS}`] : []),
    // nothing else has the right to be in these namespaces
    ...(chart === 'authorworks-watch' ? ['prometheus.discovery=dns'] : []),
  ].flatMap((one) => ['--set-string', one]);
  const release = chart === 'authorworks' ? 'authorworks-blue' : chart;
  const from = values === undefined ? [] : ['--values', values];
  const namespace = ['--namespace', namespaceOf(chart), '--create-namespace'];
  await helm(['install', release, join(root, 'charts', chart), ...namespace, ...from, ...settings, '--no-hooks']);
};

describe.runIf(isLab())(`the scheduler, with a server of 55 GB and ${PIS} Raspberry Pis`, () => {
  let pods: PodState[];
  let pools: ReadonlyMap<string, Pool>;
  beforeAll(async () => {
    await remove();
    await addFakeMachines(PIS);
    await prepare();
    for (const chart of chartNames) await installAtHome(chart);
    for (const { metadata } of await list('cronjobs', namespaces.data)) {
      const job = ['create', 'job', `${metadata.name}-now`, `--from=cronjob/${metadata.name}`];
      await kubectl(['--namespace', namespaces.data, ...job]);
    }
    const wanted = await wantedPods();
    pods = await within(120, 'every pod has a place', async () => {
      const seen = await podsIn(all);
      const waiting = seen.filter(({ node }) => node === undefined);
      if (waiting.length > 0) throw new Error(`${waiting.map(({ name }) => name).join(', ')} wait for a place`);
      return seen.length >= wanted ? seen : undefined;
    });
    pools = await poolsOfNodes();
  });
  afterAll(async () => {
    await remove();
    await removeFakeMachines();
  });

  /** On machines of this test; those that are on every machine are on the real ones as well. */
  const ours = (): PodState[] => pods.filter(({ node }) => node?.startsWith('fake-'));
  const limitsOn = (node: string): number =>
    ours()
      .filter((pod) => pod.node === node)
      .reduce((sum, pod) => sum + budgetOf(pod).limit, 0);

  it('finds a place for everything', () => {
    const rows = ours()
      .filter(({ app }) => !['node-exporter', 'log-agent'].includes(app))
      .map((pod) => ({ app: pod.app, pod: pod.name, node: pod.node ?? '', ...budgetOf(pod) }))
      .toSorted((a, b) => b.node.localeCompare(a.node) || a.app.localeCompare(b.app));
    printTable(
      `where the scheduler put the pods (beside node-exporter and the log agent, which are on all ${PIS + 1})`,
      rows.map(({ request, limit, ...row }) => ({ ...row, request: `${request} MiB`, limit: `${limit} MiB` })),
    );
    expect(pods.filter(({ node }) => node === undefined)).toEqual([]);
    expect(rows.length).toBeGreaterThan(20);
  });

  it('has AI, media and data on the server, watchers and jobs on Pis', () => {
    const misplaced = ours().filter(({ app, node = '' }) => {
      const wanted = placementOf(app);
      return wanted !== 'any' && pools.get(node) !== wanted;
    });
    expect(misplaced.map(({ app, node }) => `${app} on ${node}`)).toEqual([]);
    const apps = new Set(ours().map(({ app }) => app));
    for (const app of ['ollama', 'stable-diffusion', 'speech', 'postgres', 'redis', 'minio', 'content', 'storage'])
      expect(apps).toContain(app);
    for (const app of ['prometheus', 'alertmanager', 'grafana', 'loki', 'uptime-kuma', 'syncthing'])
      expect(apps).toContain(app);
  });

  it('never has two heavy watchers on one Pi', () => {
    const heavy = ours().filter(({ object }) => object.metadata.labels?.[HEAVY_LABEL] === 'true');
    expect(heavy.length).toBeGreaterThanOrEqual(4);
    expect(new Set(heavy.map(({ node }) => node)).size).toBe(heavy.length);
  });

  it('promises no machine more memory than it has, even if all take their limit', () => {
    const rows = [...new Set(ours().map(({ node = '' }) => node))]
      .map((node) => ({ node, limits: limitsOn(node), has: pools.get(node) === 'pi' ? PI_MIB : SERVER_MIB }))
      .toSorted((a, b) => b.limits - a.limits);
    printTable(
      'sums of the limits, the fullest five',
      rows
        .slice(0, 5)
        .map(({ node, limits, has }) => ({ node, limits: `${limits} MiB`, has: `${Math.floor(has)} MiB` })),
    );
    expect(rows.filter(({ limits, has }) => limits > has)).toEqual([]);
  });
});

/** How many pods the installed objects ask for on machines of this test. */
const wantedPods = async (): Promise<number> => {
  const sets = await Promise.all(all.map(async (one) => await list('deployments,statefulsets,jobs', one)));
  return sets.flat().reduce((sum, { spec }) => sum + Number(spec.replicas ?? spec.parallelism ?? 1), 0);
};
