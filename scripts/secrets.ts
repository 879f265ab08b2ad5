// See scripts/secrets. Values are in memory, in files that only their owner may read, and nowhere else.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { builtServiceNames, services } from '@authorworks/contracts';

type Values = Readonly<Record<string, string>>;

/** 256 bits, in letters that need no quoting in URLs, YAML and shells. */
const made = (): string => randomBytes(32).toString('base64url');

const owners = builtServiceNames.filter((name) => services[name].needs.postgres);
const passwordOf = (name: string): string => `${name}-password`;

/** Everything that is made by chance; the rest follows from it. */
const roots = [
  'service-key',
  'postgres-password',
  'redis-password',
  's3-access-key',
  's3-secret-key',
  'grafana-password',
  ...owners.map(passwordOf),
];

interface Kube {
  readonly namespace: string;
  readonly name: string;
  readonly data: Values;
}

const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.map((name) => [name, values[name] ?? '']));

const databaseUrls = (values: Values, host: string): Values =>
  Object.fromEntries(
    owners.map((name) => [
      `database-url-${name}`,
      `postgres://${name}:${values[passwordOf(name)]}@${host}:5432/authorworks`,
    ]),
  );

/** The Secrets that the charts name, with the keys that they mount. */
export const kubeSecrets = (
  values: Values,
  namespaces: { readonly app: string; readonly data: string; readonly watch: string },
): readonly Kube[] => {
  const shared = pick(values, ['service-key', 's3-access-key', 's3-secret-key']);
  const redisUrl = `redis://:${values['redis-password']}@redis.${namespaces.data}:6379`;
  return [
    {
      namespace: namespaces.app,
      name: 'authorworks-house',
      data: { ...shared, 'redis-url': redisUrl, ...databaseUrls(values, `postgres.${namespaces.data}`) },
    },
    {
      namespace: namespaces.data,
      name: 'authorworks-data',
      data: pick(values, [
        'postgres-password',
        'redis-password',
        's3-access-key',
        's3-secret-key',
        ...owners.map(passwordOf),
      ]),
    },
    {
      namespace: namespaces.watch,
      name: 'authorworks-grafana',
      data: { 'admin-password': values['grafana-password'] ?? '' },
    },
  ];
};

const composeSecrets = (values: Values): Values => ({
  ...pick(values, [
    'service-key',
    'postgres-password',
    'redis-password',
    's3-access-key',
    's3-secret-key',
    ...owners.map(passwordOf),
  ]),
  'redis-url': `redis://:${values['redis-password']}@redis:6379`,
  ...databaseUrls(values, 'postgres'),
});

const manifestOf = ({ namespace, name, data }: Kube): string =>
  [
    'apiVersion: v1',
    'kind: Secret',
    'type: Opaque',
    `metadata: { name: ${name}, namespace: ${namespace}, labels: { app.kubernetes.io/part-of: authorworks } }`,
    'stringData:',
    ...Object.entries(data).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    '',
  ].join('\n');

/** Replaces a file in one step; a crash leaves the old one or the new one. */
const put = (path: string, text: string, mode: number): void => {
  writeFileSync(`${path}.new`, text, { mode, flush: true });
  chmodSync(`${path}.new`, mode);
  renameSync(`${path}.new`, path);
};

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const die = (text: string): never => {
  say(text);
  process.exit(1);
};

/** A file that SOPS has encrypted is JSON as well, and its values would be taken for passwords. */
const isPlain = (values: unknown): values is Values =>
  typeof values === 'object' &&
  values !== null &&
  !('sops' in values) &&
  Object.values(values).every((value) => typeof value === 'string' && value !== '' && !value.startsWith('ENC['));

const readValues = (path: string, fromStdin: boolean): Values => {
  if (!fromStdin && !existsSync(path)) return {};
  const refuse = (what: string): never =>
    die(
      `${fromStdin ? 'Standard input' : path} ${what}. Decrypt it first, or take it from your backup; nothing was changed.`,
    );
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(fromStdin ? 0 : path, 'utf8'));
  } catch {
    // the parser's message would quote what it has read
    return refuse('is not JSON');
  }
  return isPlain(values) ? values : refuse('does not hold secrets as plain texts');
};

const complete = (known: Values, rotate: readonly string[]): Values => {
  const unknown = rotate.filter((name) => !roots.includes(name));
  if (unknown.length > 0) return die(`There is no secret ${unknown.join(', ')}. There are: ${roots.join(', ')}.`);
  // what this version does not know may be another's: it stays
  return {
    ...Object.fromEntries(roots.map((name) => [name, rotate.includes(name) ? made() : (known[name] ?? made())])),
    ...Object.fromEntries(Object.entries(known).filter(([name]) => !roots.includes(name))),
  };
};

const apply = (manifests: readonly string[], namespaces: readonly string[]): void => {
  for (const namespace of namespaces) {
    const document = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`;
    execFileSync('kubectl', ['apply', '--filename', '-'], { input: document, stdio: ['pipe', 'ignore', 'inherit'] });
  }
  // server-side, so that no annotation keeps a second copy of the values
  execFileSync('kubectl', ['apply', '--server-side', '--force-conflicts', '--filename', '-'], {
    input: manifests.join('---\n'),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
};

const main = (): void => {
  const { values: options } = parseArgs({
    options: {
      folder: { type: 'string', default: 'secrets' },
      rotate: { type: 'string', multiple: true, default: [] },
      'namespace-app': { type: 'string', default: 'authorworks' },
      'namespace-data': { type: 'string', default: 'authorworks-data' },
      'namespace-watch': { type: 'string', default: 'authorworks-watch' },
      list: { type: 'boolean', default: false },
      stdin: { type: 'boolean', default: false },
      apply: { type: 'boolean', default: false },
    },
  });
  if (options.list) return void process.stdout.write(`${roots.join('\n')}\n`);
  const folder = resolve(options.folder);
  const path = join(folder, 'house.json');
  const known = readValues(path, options.stdin);
  const values = complete(known, options.rotate);
  const namespaces = {
    app: options['namespace-app'],
    data: options['namespace-data'],
    watch: options['namespace-watch'],
  };
  const secrets = kubeSecrets(values, namespaces);
  const changed = roots.filter((name) => known[name] !== values[name]);
  if (options.stdin && changed.length > 0)
    die(`The input lacks ${changed.join(', ')}: make them without --stdin, and keep the new house.json.`);
  if (!options.stdin) {
    mkdirSync(join(folder, 'compose'), { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    // first the truth, then what follows from it: after a crash in between, run it again
    put(path, `${JSON.stringify(values, null, 2)}\n`, 0o600);
    const byNamespace = Map.groupBy(secrets, ({ namespace }) => namespace);
    for (const [namespace, own] of byNamespace)
      put(join(folder, `${namespace}.yaml`), own.map(manifestOf).join('---\n'), 0o600);
    // containers read these as another user; nobody on the host gets through the folder
    for (const [name, value] of Object.entries(composeSecrets(values)))
      put(join(folder, 'compose', name), value, 0o444);
    say(changed.length === 0 ? `${folder}: all there, nothing changed.` : `${folder}: made ${changed.join(', ')}.`);
  }
  if (options.apply) apply(secrets.map(manifestOf), Object.values(namespaces));
};

try {
  if (process.argv[1]?.endsWith('secrets.ts')) main();
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  die(code === 'ENOENT' && process.argv.includes('--apply') ? 'kubectl is missing.' : (error as Error).message);
}
