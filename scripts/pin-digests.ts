// See scripts/pin-digests.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';

const root = resolve(import.meta.dirname, '..');
/** Charts whose pods run on the server alone, which is amd64. */
const SERVER_ONLY: ReadonlySet<string> = new Set(['authorworks-data', 'authorworks-ai']);

interface Image {
  /** Path of its values, e.g. services.gateway.image */
  readonly path: readonly string[];
  readonly repository: string;
  /** Empty: an image of the house, with the house's version. */
  readonly tag: string;
}

/** What is written for an image. */
interface Pin {
  readonly repository?: string;
  readonly tag: string;
  readonly digest: string;
}

const die = (text: string): never => {
  process.stderr.write(`error: ${text}\n`);
  process.exit(1);
};

/** All images of a chart's values: whatever has a repository, a tag and a digest. */
const imagesIn = (value: unknown, path: readonly string[] = []): Image[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { repository, tag, digest } = value as Record<string, unknown>;
  if (typeof repository === 'string' && typeof tag === 'string' && digest !== undefined)
    return [{ path, repository, tag }];
  return Object.entries(value).flatMap(([key, inner]) => imagesIn(inner, [...path, key]));
};

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));
const imagesOf = (chart: string): Image[] => imagesIn(read(join(root, 'charts', chart, 'values.yaml')));
const versionOf = (chart: string): string =>
  (read(join(root, 'charts', chart, 'Chart.yaml')) as { appVersion: string }).appVersion;

const crane = (...args: string[]): string => {
  const cached = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'authorworks', 'checkers', 'crane');
  try {
    return execFileSync(existsSync(cached) ? cached : 'crane', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 16 * 1024 * 1024,
    }).trim();
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') return die('crane is missing: run scripts/install-checkers');
    return die(`${args.at(-1)}: ${String(stderr).trim().split('\n').at(-1)}`);
  }
};

interface Manifest {
  readonly manifests?: readonly { readonly platform?: { readonly os: string; readonly architecture: string } }[];
}

/** Digest and platforms of what a tag names at this moment; each is asked for once. */
const looked = new Map<string, { digest: string; platforms: readonly string[] }>();
const lookAt = (reference: string): { digest: string; platforms: readonly string[] } => {
  const known = looked.get(reference);
  if (known) return known;
  const digest = crane('digest', reference);
  const name = reference.replace(/:[^:/]+$/, '');
  const { manifests } = JSON.parse(crane('manifest', `${name}@${digest}`)) as Manifest;
  const platforms = manifests
    ? manifests.flatMap(({ platform }) =>
        platform && platform.os !== 'unknown' ? [`${platform.os}/${platform.architecture}`] : [],
      )
    : [platformOf(`${name}@${digest}`)];
  const found = { digest, platforms };
  looked.set(reference, found);
  return found;
};

/** Of an image that was built for one platform. */
const platformOf = (reference: string): string => {
  const { os, architecture } = JSON.parse(crane('config', reference)) as { os: string; architecture: string };
  return `${os}/${architecture}`;
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    own: { type: 'string' },
    version: { type: 'string' },
    mirror: { type: 'string' },
    folder: { type: 'string', default: 'pins' },
    check: { type: 'boolean', default: false },
  },
});
const folder = resolve(options.folder);
const known = readdirSync(join(root, 'charts')).toSorted();
const charts = positionals.length > 0 ? positionals : known;
for (const chart of charts)
  if (!known.includes(chart)) die(`there is no chart ${chart}. There are: ${known.join(', ')}`);

const pinOf = (chart: string, { repository, tag }: Image): Pin => {
  const own = tag === '';
  const where = own && options.own ? `${options.own}/${repository.split('/').at(-1)}` : repository;
  const version = own ? (options.version ?? versionOf(chart)) : tag;
  const asked = own && options.own ? where : `${options.mirror ? `${options.mirror}/` : ''}${where}`;
  const { digest, platforms } = lookAt(`${asked}:${version}`);
  const needed = SERVER_ONLY.has(chart) ? ['linux/amd64'] : ['linux/amd64', 'linux/arm64'];
  const absent = needed.filter((platform) => !platforms.includes(platform));
  if (absent.length > 0)
    die(`${where}:${version} (${chart}) has no build for ${absent.join(', ')}, only for ${platforms.join(', ')}`);
  process.stderr.write(`${where}:${version} ${digest} ${platforms.join(' ')}\n`);
  return { ...(where === repository ? {} : { repository: where }), tag: version, digest };
};

/** One object out of many paths. */
const nest = (pins: readonly (readonly [readonly string[], Pin])[]): Record<string, unknown> => {
  const result: Record<string, unknown> = {};
  for (const [path, pin] of pins) {
    let place = result;
    for (const key of path.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
    place[path.at(-1) ?? ''] = pin;
  }
  return result;
};

const pin = (chart: string): void => {
  const pins = imagesOf(chart).map((image) => [image.path, pinOf(chart, image)] as const);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${chart}.yaml`);
  writeFileSync(
    `${path}.new`,
    `# Written by scripts/pin-digests: what the tags of the chart ${chart} named at that moment.\n${stringify(nest(pins), { lineWidth: 0 })}`,
    { flush: true },
  );
  renameSync(`${path}.new`, path);
};

const problemsOf = (chart: string): string[] => {
  const path = join(folder, `${chart}.yaml`);
  if (!existsSync(path)) return [`${chart}: there is no ${path}`];
  const pins = read(path);
  return imagesOf(chart).flatMap(({ path: keys, tag }) => {
    // oxlint-disable-next-line unicorn/no-array-reduce -- a walk down one path
    const found = keys.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], pins) as
      | Partial<Pin>
      | undefined;
    const name = `${chart}: ${keys.join('.')}`;
    if (!/^sha256:[a-f0-9]{64}$/.test(found?.digest ?? '')) return [`${name} is not pinned`];
    if (tag !== '' && found?.tag !== tag) return [`${name} is pinned for ${found?.tag}, the chart says ${tag}`];
    return [];
  });
};

if (options.check) {
  const problems = charts.flatMap(problemsOf);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) die(`${problems.length} images are not pinned: run scripts/pin-digests`);
  process.stderr.write('every image is pinned\n');
} else for (const chart of charts) pin(chart);
