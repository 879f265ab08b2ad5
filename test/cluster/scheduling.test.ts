import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEAVY_LABEL } from '../../cdk8s/src/constructs/placement.ts';
import { type ChartName, chartNames, exampleFile } from '../charts/tools.ts';
import { type Helm, hasHelm4, helm, helm4, kubectl, list, type PodState, podsIn, within } from './lib/cluster.ts';
import { addFakeMachines, onFakeMachines, removeFakeMachines, STORAGE_CLASS } from './lib/fake-machines.ts';
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
const namespaceOf = (chart: ChartName): string =>
  namespaces[(zoneOf as Record<string, keyof typeof namespaces>)[chart] ?? (chart.split('-')[1] as 'data')];

const releaseOf = (chart: ChartName): string => (chart === 'authorworks' ? 'authorworks-blue' : chart);

type Values = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** For each part of a chart that says where its pods may go: to the machines of this test as well. @param own of an example */
const placed = (values: Values, own: Values): Values => ({
  ...('tolerations' in values && 'nodeSelector' in values
    ? {
        nodeSelector: onFakeMachines.nodeSelector,
        tolerations: [...((own['tolerations'] as object[] | undefined) ?? []), ...onFakeMachines.tolerations],
      }
    : {}),
  ...Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const inner = isMap(value) && key !== 'nodeSelector' ? placed(value, (own[key] as Values | undefined) ?? {}) : {};
      return Object.keys(inner).length > 0 ? [[key, inner]] : [];
    }),
  ),
});

/** The example of a home with everything in it, as it is, but in namespaces, on volumes and on machines of this test. */
const installAtHome = async (chart: ChartName, program: Helm): Promise<void> => {
  const example = exampleFile(chart, 'home');
  const defaults = parse(await program(['show', 'values', join(root, 'charts', chart)])) as Values;
  const own = example === undefined ? {} : (parse(readFileSync(example, 'utf8')) as Values);
  const known = Object.keys((defaults['namespaces'] as Values | undefined) ?? {});
  const settings = {
    ...placed(defaults, own),
    namespaces: Object.fromEntries(Object.entries(namespaces).filter(([zone]) => known.includes(zone))),
    ...('storage' in defaults ? { storage: { className: STORAGE_CLASS } } : {}),
  };
  const folder = await mkdtemp(join(tmpdir(), 'authorworks-home-'));
  const file = join(folder, 'values.yaml');
  await writeFile(file, stringify(settings));
  const where = ['--namespace', namespaceOf(chart), '--create-namespace'];
  const from = [...(example === undefined ? [] : ['--values', example]), '--values', file];
  await program(['install', releaseOf(chart), join(root, 'charts', chart), ...where, ...from, '--no-hooks']);
  await rm(folder, { recursive: true });
};

interface Installed {
  readonly name: string;
  readonly status: string;
}

/** Releases of the house, as a Helm knows them. */
const installedBy = async (program: Helm): Promise<readonly Installed[]> =>
  (
    await Promise.all(
      all.map(
        async (one) => JSON.parse(await program(['list', '--namespace', one, '--output', 'json'])) as Installed[],
      ),
    )
  ).flat();

describe.runIf(isLab())(`the scheduler, with a server of 55 GB and ${PIS} Raspberry Pis`, () => {
  let pods: PodState[];
  let pools: ReadonlyMap<string, Pool>;
  let withHelm3: readonly Installed[];
  beforeAll(async () => {
    await addFakeMachines(PIS);
    // beside the house that the tests before this one had: Helm 3 has installed all of it but the models, for which there
    // is no room on a machine of the lab
    await installAtHome('authorworks-ai', helm);
    withHelm3 = await installedBy(helm);
    await remove();
    await prepare();
    for (const chart of chartNames) await installAtHome(chart, hasHelm4 ? helm4 : helm);
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

  const limitsOn = (node: string): number =>
    pods.filter((pod) => pod.node === node).reduce((sum, pod) => sum + budgetOf(pod).limit, 0);

  it('is given what Helm 3 installs: the models, and before them everything else', async () => {
    expect(await helm(['version', '--short'])).toMatch(/^v3\./);
    expect(withHelm3.filter(({ name }) => name === 'authorworks-ai')).toMatchObject([{ status: 'deployed' }]);
  });

  it.runIf(hasHelm4)('is given what Helm 4 installs: all charts', async () => {
    expect(await helm4(['version', '--short'])).toMatch(/^v4\./);
    const installed = await installedBy(helm4);
    expect(new Set(installed.map(({ name }) => name))).toEqual(new Set(chartNames.map(releaseOf)));
    expect(installed.filter(({ status }) => status !== 'deployed')).toEqual([]);
  });

  it('finds a place for everything', () => {
    const rows = pods
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
    const misplaced = pods.filter(({ app, node = '' }) => {
      const wanted = placementOf(app);
      return wanted !== 'any' && pools.get(node) !== wanted;
    });
    expect(misplaced.map(({ app, node }) => `${app} on ${node}`)).toEqual([]);
    const apps = new Set(pods.map(({ app }) => app));
    for (const app of ['ollama', 'stable-diffusion', 'speech', 'postgres', 'redis', 'minio', 'content', 'storage'])
      expect(apps).toContain(app);
    for (const app of ['jobs', 'prometheus', 'alertmanager', 'grafana', 'loki', 'uptime-kuma', 'syncthing'])
      expect(apps).toContain(app);
  });

  it('never has two heavy watchers on one Pi', () => {
    const heavy = pods.filter(({ object }) => object.metadata.labels?.[HEAVY_LABEL] === 'true');
    expect(heavy.length).toBeGreaterThanOrEqual(4);
    expect(new Set(heavy.map(({ node }) => node)).size).toBe(heavy.length);
  });

  it('promises no machine more memory than it has, even if all take their limit', () => {
    const rows = [...new Set(pods.map(({ node = '' }) => node))]
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
