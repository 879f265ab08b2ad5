import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const chartsFolder = join(root, 'charts');
const tools = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'authorworks', 'chart-tools');

/** Path of a program or file that scripts/install-chart-tools has fetched. */
export const tool = (name: string): string => join(tools, name);
export const missing = (...names: readonly string[]): boolean => {
  const absent = names.filter((name) => !existsSync(tool(name)));
  if (absent.length > 0) console.warn(`skipped: ${absent.join(', ')} missing; run scripts/install-chart-tools`);
  return absent.length > 0;
};

export const chartNames = [
  'authorworks-data',
  'authorworks',
  'authorworks-edge',
  'authorworks-ai',
  'authorworks-watch',
] as const;
export type ChartName = (typeof chartNames)[number];
export const helms = ['helm3', 'helm4'] as const;
export type Helm = (typeof helms)[number];

export interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program of the tools; never throws because of its exit code. */
export const run = async (program: string, args: readonly string[], input = ''): Promise<Ran> =>
  await new Promise((done, fail) => {
    const child = execFile(tool(program), [...args], { maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
      if (error && typeof error.code !== 'number') fail(error);
      else done({ code: Number(error?.code ?? 0), output, errors });
    });
    child.stdin?.end(input);
  });

/** The three example installations; a chart without a file of that name is no part of it. */
export const examples = ['one-server', 'home', 'other-s3'] as const;
export type Example = (typeof examples)[number];

export const exampleFile = (chart: ChartName, example: Example): string | undefined => {
  const path = join(chartsFolder, chart, 'examples', `${example}.yaml`);
  return existsSync(path) ? path : undefined;
};

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- objects of every kind; kubeconform has looked at their shape
  readonly [key: string]: any;
}

const NAMESPACES: Readonly<Record<ChartName, string>> = {
  authorworks: 'authorworks',
  'authorworks-edge': 'authorworks',
  'authorworks-data': 'authorworks-data',
  'authorworks-ai': 'authorworks-ai',
  'authorworks-watch': 'authorworks-watch',
};

export interface RenderOptions {
  readonly helm?: Helm;
  readonly release?: string;
  readonly files?: readonly string[];
  readonly set?: readonly string[];
  /** A values file, as text. */
  readonly values?: string;
}

/** `helm template`, with the values of the options. */
export const template = async (chart: ChartName, options: RenderOptions = {}): Promise<Ran> => {
  const { helm = 'helm4', release = chart, files = [], set = [], values } = options;
  const args = [
    'template',
    release,
    join(chartsFolder, chart),
    '--namespace',
    NAMESPACES[chart],
    '--kube-version',
    '1.34.4',
    ...files.flatMap((file) => ['--values', file]),
    ...(values === undefined ? [] : ['--values', '-']),
    ...set.flatMap((one) => ['--set', one]),
  ];
  return await run(helm, args, values);
};

export const parse = (text: string): KubeObject[] =>
  parseAllDocuments(text)
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0] as Error;
      return document.toJS() as KubeObject | null;
    })
    .filter((object): object is KubeObject => object !== null);

/** The objects of a release; each has its namespace. */
export const render = async (chart: ChartName, options: RenderOptions = {}): Promise<KubeObject[]> => {
  const { code, output, errors } = await template(chart, options);
  if (code !== 0) throw new Error(`helm template ${chart}: ${errors}`);
  return parse(output).map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace: object.metadata.namespace ?? NAMESPACES[chart] },
  }));
};

/** Everything that the charts can hold, switched on; and both colours. */
export const renderEverything = async (): Promise<KubeObject[]> => {
  const all = ['authelia.enabled=true', 'cloudflared.enabled=true', 'preview.enabled=true', 'weights.green=1'];
  const rendered = await Promise.all([
    render('authorworks-data', { set: ['offsite.enabled=true'] }),
    render('authorworks', { release: 'authorworks-blue', set: ['mail.kind=smtp', 'oidc.enabled=true'] }),
    render('authorworks', {
      release: 'authorworks-green',
      set: ['colour=green', 'mail.kind=smtp', 'oidc.enabled=true'],
    }),
    render('authorworks-edge', { set: all }),
    render('authorworks-ai', { set: ['stableDiffusion.enabled=true', 'speech.enabled=true'] }),
    render('authorworks-watch', {
      set: ['syncthing.enabled=true', 'routes.enabled=true', 'alertmanager.channels=all'],
    }),
  ]);
  return rendered.flat();
};

/** The objects of one of the example installations. */
export const renderExample = async (example: Example): Promise<KubeObject[]> => {
  const rendered = chartNames.map(async (chart) => {
    const file = exampleFile(chart, example);
    return file === undefined ? [] : await render(chart, { files: [file] });
  });
  return (await Promise.all(rendered)).flat();
};

export const readTool = (name: string): string => readFileSync(tool(name), 'utf8');

/** Every value that a chart's schema knows, e.g. house.publicUrl. */
export const pathsOf = (chart: ChartName): string[] => {
  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
  }
  const within = ({ properties = {} }: Schema, before = ''): string[] =>
    Object.entries(properties).flatMap(([name, inner]) => [`${before}${name}`, ...within(inner, `${before}${name}.`)]);
  return within(JSON.parse(readFileSync(join(chartsFolder, chart, 'values.schema.json'), 'utf8')) as Schema);
};

export const filesOf = (chart: ChartName): string[] =>
  readdirSync(join(chartsFolder, chart), { recursive: true, encoding: 'utf8' });
