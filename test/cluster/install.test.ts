import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtServiceNames } from '@authorworks/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { helm, kubectl, list, type PodState, podsIn, residents } from './lib/cluster.ts';
import { namespaces, releasesOf } from './lib/house.ts';
import { imageName } from './lib/images.ts';
import { imageSizesInLab, isLab } from './lib/lab.ts';
import { placementOf, poolsOfNodes } from './lib/placement.ts';
import { root } from './lib/programs.ts';
import { printTable } from './lib/table.ts';

const PARTS = [
  ...builtServiceNames,
  'postgres',
  'redis',
  'minio',
  'prometheus',
  'alertmanager',
  'node-exporter',
].toSorted();

/** Half of what they were with everything in them; Node and Debian alone are about 255. */
const LARGEST_IMAGE_MIB = 400;

const releases = releasesOf(inject('versions'), inject('house'));

describe('a house that was installed from our charts', () => {
  let pods: PodState[];
  beforeAll(async () => {
    pods = residents(await podsIn(Object.values(namespaces)));
    const seconds = inject('installSeconds');
    printTable(
      'helm upgrade --install … --wait, until everything is ready',
      releases.map(({ name }) => ({ release: name, seconds: (seconds[name] ?? 0).toFixed(1) })),
    );
  });

  it('has all of its parts', () => {
    expect([...new Set(pods.map(({ app }) => app))].toSorted()).toEqual(PARTS);
  });

  it('is ready, and nothing in it had to be started twice', () => {
    expect(pods.filter(({ isReady }) => !isReady).map(({ name }) => name)).toEqual([]);
    expect(pods.filter(({ restarts }) => restarts > 0).map(({ name }) => name)).toEqual([]);
  });

  it('has every part where it belongs', async () => {
    const pools = await poolsOfNodes();
    const rows = pods.map(({ app, name, node = '' }) => ({
      app,
      pod: name,
      node,
      pool: pools.get(node) ?? '',
      wanted: placementOf(app),
    }));
    printTable(
      'where the pods are',
      rows.toSorted((a, b) => a.node.localeCompare(b.node)),
    );
    expect(rows.filter(({ pool, wanted }) => wanted !== 'any' && pool !== wanted)).toEqual([]);
    // what could be on both is on the server, as long as there is one
    const light = rows.filter(({ app, wanted }) => wanted === 'any' && app !== 'node-exporter');
    expect(light.filter(({ pool }) => pool !== 'server')).toEqual([]);
  });

  it('runs under the level "restricted" of Pod Security, enforced by Kubernetes', async () => {
    const level = 'pod-security.kubernetes.io/enforce';
    const labels = new Map((await list('namespaces')).map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
    for (const zone of ['app', 'data', 'watch'] as const)
      expect(labels.get(namespaces[zone])?.[level]).toBe('restricted');
  });

  it.each(releases)('passes `helm test $name`', async ({ name, namespace }) => {
    const said = await helm(['test', name, '--namespace', namespace, '--timeout', '2m']);
    expect(said).toMatch(/Phase:\s+Succeeded/);
  });

  it('brings no package into its pods that is for development', async () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: true; devOptional?: true; optional?: true }>;
    };
    const forDevelopment = new Set(
      Object.keys(packages).filter((path) => packages[path]?.dev || packages[path]?.devOptional),
    );
    expect(forDevelopment.size).toBeGreaterThan(100);
    for (const name of builtServiceNames) {
      const find = ['find', '-L', 'node_modules', '-maxdepth', '2', '-type', 'd'];
      const pod = pods.find(({ app }) => app === name)?.name ?? name;
      const folders = await kubectl(['--namespace', namespaces.app, 'exec', pod, '--', ...find]);
      expect(
        folders.split('\n').filter((path) => forDevelopment.has(path)),
        name,
      ).toEqual([]);
    }
  });

  it.runIf(isLab())('is made of small images', async () => {
    const versions = inject('versions');
    const sizes = await imageSizesInLab();
    const rows = builtServiceNames.map((name) => ({ name, size: sizes.get(imageName(name, versions[name])) ?? 0 }));
    printTable(
      `images, not compressed, there after ${inject('imageSeconds').toFixed(0)} s; what they share is there once`,
      rows.map(({ name, size }) => ({ image: name, size: `${Math.round(size)} MiB` })),
    );
    expect(rows.filter(({ size }) => size === 0)).toEqual([]);
    expect(rows.filter(({ size }) => size > LARGEST_IMAGE_MIB)).toEqual([]);
  });
});
