import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { merged, type Values } from '@authorworks/release';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { folderOfHelm4, hasHelm4, helm, kubectl } from './lib/cluster.ts';
import { startCrowd } from './lib/crowd.ts';
import { namespaces, releasesOf } from './lib/house.ts';
import { root } from './lib/programs.ts';
import { doors, journal, run } from './lib/releases.ts';

const NAMESPACE = ['--namespace', namespaces.app];

/** `a.b=c` as a map in a map. */
const nested = (set: Readonly<Record<string, string>>): Values =>
  merged(
    ...(Object.entries(set).map(([path, value]) =>
      path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
    ) as Values[]),
  );

/** What an operator writes into a file for a chart. */
const valuesOf = (chart: string): Values => {
  const release = releasesOf(inject('versions'), inject('house')).find((one) => one.chart === chart);
  const file = readFileSync(join(root, 'test', 'cluster', 'values', `${chart}.yaml`), 'utf8');
  return merged(parse(file) as Values, nested(release?.set ?? {}));
};

describe.runIf(hasHelm4)('a cluster in which there is nothing but the data', () => {
  let programs: string;
  beforeAll(async () => {
    programs = await folderOfHelm4();
    for (const name of ['authorworks-edge', 'authorworks-blue', 'authorworks-green'])
      await helm(['uninstall', name, ...NAMESPACE, '--ignore-not-found', '--wait', '--timeout', '3m']);
    await kubectl(['delete', 'configmap/authorworks-releases', ...NAMESPACE, '--ignore-not-found']);
  });
  afterAll(async () => await rm(programs, { recursive: true, force: true }));

  it('gets its first house and its doors from scripts/deploy, with Helm 4', async () => {
    const house = inject('house');
    const options = { values: valuesOf('authorworks'), edgeValues: valuesOf('authorworks-edge'), programs };
    const { code, seconds } = await run('deploy', house, options);
    console.log(`the first release took ${seconds.toFixed(0)} s`);
    expect(code).toBe(0);
    const { live, working } = await doors();
    expect(working).toBe(live);
    expect((await fetch(`${house}/`)).status).toBe(200);
    expect((await journal()).at(-1)?.what).toContain(`is in the ${live} house`);
  }, 600_000);

  it('gets its second one beside it, watched by Prometheus', async () => {
    const house = inject('house');
    const { live } = await doors();
    const forward = ['--namespace', namespaces.watch, 'port-forward', 'service/prometheus', ':9090'];
    const child = spawn('kubectl', forward, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        child.once('exit', () => reject(new Error('kubectl port-forward has ended')));
        child.stdout.setEncoding('utf8').on('data', (line: string) => {
          const [, found] = /127\.0\.0\.1:(\d+)/.exec(line) ?? [];
          if (found !== undefined) resolve(found);
        });
      });
      const crowd = await startCrowd(house, { writers: 5, readers: 10, uploaders: 1 });
      const more = ['--prometheus', `http://127.0.0.1:${port}`, '--steps', '100', '--hold-seconds', '100'];
      const { code, lines } = await run('deploy', house, { programs, more });
      const { lost, doubled, failures } = await crowd.stop();
      expect(code).toBe(0);
      expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
      // it has seen people, and not only itself
      const [, answers] = /opening: 100 %: (\d+) answers, 0 errors/.exec(lines.join('\n')) ?? [];
      expect(Number(answers)).toBeGreaterThan(100);
      expect(lines.join('\n')).toMatch(/opening: 100 %: .* p95 in ms: (?=.*content \d+)(?=.*web \d+)/);
      expect((await doors()).live).not.toBe(live);
    } finally {
      child.kill();
    }
  }, 900_000);
});
