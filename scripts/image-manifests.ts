// Writes the package.json files of the repository for the Dockerfile:  node scripts/image-manifests.ts FOLDER
//   all/             as they are, for npm to install everything
//   run/floor/       of the packages that services stand on, without what is for development
//   run/services/    of each service, the same
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: unknown;
}

const read = (path: string): Manifest => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;

const put = (path: string, manifest: object): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
};

const forRunning = (manifest: Manifest): object => ({ ...manifest, devDependencies: undefined });

const packages = globSync('packages/*/package.json', { cwd: root });
const services = globSync('services/*/package.json', { cwd: root });

/** The packages that services need, and those that these need. */
const needed = (): ReadonlySet<string> => {
  const byName = new Map(packages.map((path) => [read(path).name, path]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    for (const name of Object.keys(read(path).dependencies ?? {})) {
      const other = byName.get(name);
      if (other === undefined || found.has(other)) continue;
      found.add(other);
      visit(other);
    }
  };
  for (const path of services) visit(path);
  return found;
};

const main = (folder: string): void => {
  const { workspaces = [] } = read('package.json');
  const everything = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root },
  );
  for (const path of ['package.json', 'package-lock.json', '.npmrc', ...everything])
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, 'all', path), { recursive: true });
  const floor = join(folder, 'run', 'floor');
  put(join(floor, 'package.json'), forRunning(read('package.json')));
  for (const path of ['package-lock.json', '.npmrc']) cpSync(join(root, path), join(floor, path));
  for (const path of needed()) put(join(floor, path), forRunning(read(path)));
  for (const path of services) put(join(folder, 'run', path), forRunning(read(path)));
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/image-manifests.ts FOLDER');
main(resolve(folder));
