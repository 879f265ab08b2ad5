import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { builtServiceNames, services } from '@authorworks/contracts';
import { merged, type Values } from '@authorworks/release';
import { helm, kubectl } from './cluster.ts';
import { namespaces } from './house.ts';
import { root } from './programs.ts';

export type Colour = 'blue' | 'green';

const PREVIEW_HOST = 'preview.localhost';
/** Short steps: what is tested is the way, not the patience. Two cores do everything here, and slowly. */
const OPTIONS = ['--steps', '25,100', '--hold-seconds', '10', '--max-p95-ms', '5000', '--min-requests', '20'];

export interface Finished {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly seconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when a line has these words. */
  readonly said: (words: string) => Promise<void>;
}

export interface ReleaseOptions {
  /** Values of the chart authorworks for this release. */
  readonly values?: Values;
  /** Values of the chart authorworks-edge. */
  readonly edgeValues?: Values;
  /** Folder whose programs come before all others, e.g. another Helm. */
  readonly programs?: string;
  readonly more?: readonly string[];
}

const writeYaml = async (folder: string, name: string, content: object): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, stringify(content));
  return path;
};

/** Values with so many pods of every service that may have more than one. */
export const withPods = (replicas: number): Values => ({
  services: Object.fromEntries(
    builtServiceNames.filter((name) => services[name].replicas.max > 1).map((name) => [name, { replicas }]),
  ),
});

/** Starts scripts/deploy or scripts/rollback, as an operator would. @param house where people reach it */
export const start = async (
  script: 'deploy' | 'rollback',
  house: string,
  { values = {}, edgeValues = {}, programs, more = [] }: ReleaseOptions = {},
): Promise<Running> => {
  const folder = await mkdtemp(join(tmpdir(), 'authorworks-releases-'));
  const preview = { preview: { host: PREVIEW_HOST, networks: ['0.0.0.0/0'] } };
  const edge = await writeYaml(folder, 'edge.yaml', merged(edgeValues, preview));
  const given = await writeYaml(folder, 'values.yaml', values);
  const where = ['--namespace', namespaces.app, '--address', house, '--edge-values', edge, '--values', given];
  const began = performance.now();
  // the program itself and not the shell before it: it is what is killed
  const program = join(root, 'packages', 'release', 'src', `${script}-main.ts`);
  const child = spawn(process.execPath, [program, ...where, ...OPTIONS, ...more], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, PATH: [programs, process.env['PATH']].filter((one) => one !== undefined).join(':') },
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const said = chunk.split('\n').filter((line) => line !== '');
    lines.push(...said);
    for (const line of said) console.log(`  ${line}`);
    for (const look of waiting) look();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code) => {
      void rm(folder, { recursive: true, force: true });
      resolve({ code, lines, seconds: (performance.now() - began) / 1000 });
    });
  });
  const said = async (words: string): Promise<void> =>
    await new Promise((resolve, reject) => {
      const look = (): void => {
        if (!lines.some((line) => line.includes(words))) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      void finished.then(() => reject(new Error(`it ended without saying "${words}": ${lines.join('\n')}`)));
      look();
    });
  return { child, finished, said };
};

export const run = async (...args: Parameters<typeof start>): Promise<Finished> =>
  await (await start(...args)).finished;

interface Doors {
  readonly weights?: Partial<Record<Colour, number>>;
  readonly live?: Colour;
  readonly working?: string;
}

/** The colour that people reach, and who works: both by the edge's values. */
export const doors = async (): Promise<{ live: Colour; weights: Record<Colour, number>; working: string }> => {
  const output = await helm(['get', 'values', 'authorworks-edge', '--namespace', namespaces.app, '--output', 'json']);
  const { weights = {}, live = 'blue', working = live } = (JSON.parse(output) as Doors | null) ?? {};
  return { live, working, weights: { blue: weights.blue ?? 100, green: weights.green ?? 0 } };
};

/** Pods of the services of a house that are there, ready or not. */
export const podsOf = async (colour: Colour): Promise<string[]> =>
  (
    await kubectl([
      'get',
      'pods',
      '--namespace',
      namespaces.app,
      '--output',
      'name',
      '--selector',
      `authorworks.io/colour=${colour},app.kubernetes.io/component=service`,
    ])
  )
    .split('\n')
    .filter((name) => name !== '');

/** The journal that is kept in the cluster. */
export const journal = async (): Promise<{ phase: string; what: string; version: string; by: string }[]> => {
  const text = await kubectl([
    'get',
    'configmap',
    'authorworks-releases',
    '--namespace',
    namespaces.app,
    '--output',
    'jsonpath={.data.journal}',
  ]);
  return text
    .split('\n')
    .map((line) => JSON.parse(line) as { phase: string; what: string; version: string; by: string });
};

/** The image with which a service of the live house runs. */
export const imageOf = async (service: string): Promise<string> => {
  const { live } = await doors();
  return await kubectl([
    'get',
    'deployment',
    `${service}-${live}`,
    '--namespace',
    namespaces.app,
    '--output',
    'jsonpath={.spec.template.spec.containers[0].image}',
  ]);
};
