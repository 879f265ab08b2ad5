// See scripts/secrets. Values are in memory, in files that only their owner may read, and nowhere else.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  composeSecrets,
  givenNames,
  type Kube,
  kubeSecrets,
  lastingNames,
  madeNames,
  type Values,
} from './house-secrets.ts';

/** 256 bits, in letters that need no quoting in URLs, YAML and shells. */
const made = (): string => randomBytes(32).toString('base64url');

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

const refuseRotation = (rotate: readonly string[]): void => {
  for (const name of rotate) {
    if (Object.hasOwn(givenNames, name)) die(`${name} comes from outside: --give ${name}=FILE.`);
    if (!madeNames.includes(name)) die(`There is no secret ${name}. There are: ${madeNames.join(', ')}.`);
    if (lastingNames.includes(name)) die(`${name} opens what was written with it, and no other does: it stays.`);
  }
};

/** Reads what others have given. It never stands on a command line, where everybody on the machine sees it. */
const readGiven = (words: readonly string[]): Values =>
  Object.fromEntries(
    words.map((word): [string, string] => {
      const [, name = '', file = ''] = /^([^=]*)=(.+)$/s.exec(word) ?? [];
      const given = Object.hasOwn(givenNames, name) ? givenNames[name] : undefined;
      if (!given) return die(`--give takes NAME=FILE, with NAME of: ${Object.keys(givenNames).join(', ')}.`);
      const text = readText(file).trim();
      if (text === '' || text.startsWith('ENC[') || !given.isGood(text))
        return die(`What ${file === '-' ? 'standard input' : file} holds is not ${given.is}; nothing was changed.`);
      return [name, text];
    }),
  );

const readText = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return die(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}); nothing was changed.`);
  }
};

const complete = (known: Values, rotate: readonly string[], given: Values): Values => ({
  ...Object.fromEntries(madeNames.map((name) => [name, rotate.includes(name) ? made() : (known[name] ?? made())])),
  // what this version does not know may be another's: it stays
  ...Object.fromEntries(Object.entries(known).filter(([name]) => !madeNames.includes(name))),
  ...given,
});

/** What is not there, and what therefore has to stay off, in one line. */
const absent = (values: Values): string =>
  Object.entries(Object.groupBy(Object.keys(givenNames), (name) => givenNames[name]?.for ?? ''))
    .map(([value, names = []]) => [value, names.filter((name) => values[name] === undefined).join(', ')] as const)
    .flatMap(([value, names]) => (names === '' ? [] : [`${value} (${names})`]))
    .join('; ');

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
      give: { type: 'string', multiple: true, default: [] },
      'namespace-app': { type: 'string', default: 'authorworks' },
      'namespace-data': { type: 'string', default: 'authorworks-data' },
      'namespace-watch': { type: 'string', default: 'authorworks-watch' },
      list: { type: 'boolean', default: false },
      stdin: { type: 'boolean', default: false },
      apply: { type: 'boolean', default: false },
    },
  });
  if (options.list) {
    const given = Object.entries(givenNames).map(([name, { for: value }]) => `${name}  given, for ${value}`);
    return void process.stdout.write(`${[...madeNames, ...given].join('\n')}\n`);
  }
  refuseRotation(options.rotate);
  const folder = resolve(options.folder);
  const path = join(folder, 'house.json');
  const known = readValues(path, options.stdin);
  const values = complete(known, options.rotate, readGiven(options.give));
  const namespaces = {
    app: options['namespace-app'],
    data: options['namespace-data'],
    watch: options['namespace-watch'],
  };
  const secrets = kubeSecrets(values, namespaces);
  const changed = Object.keys(values).filter((name) => known[name] !== values[name]);
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
    const took = changed.filter((name) => Object.hasOwn(givenNames, name));
    const news = changed.filter((name) => !took.includes(name));
    if (changed.length === 0) say(`${folder}: all there, nothing changed.`);
    if (news.length > 0) say(`${folder}: made ${news.join(', ')}.`);
    if (took.length > 0) say(`${folder}: took ${took.join(', ')}.`);
    const off = absent(values);
    if (off !== '') say(`Not given (--give NAME=FILE), so leave off in the charts: ${off}.`);
  }
  if (options.apply) apply(secrets.map(manifestOf), Object.values(namespaces));
};

try {
  if (process.argv[1]?.endsWith('secrets.ts')) main();
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  die(code === 'ENOENT' && process.argv.includes('--apply') ? 'kubectl is missing.' : (error as Error).message);
}
