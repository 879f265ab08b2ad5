// Makes what the house needs and the repository does not hold: Prisma clients and the web app. Quick when nothing changed.
//   node scripts/prepare.ts [SERVICE]   for one service alone, as the Dockerfile does
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makePrismaClients } from './prisma-clients.ts';

const root = resolve(import.meta.dirname, '..');

const hashOf = (patterns: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of globSync(patterns, { cwd: root }).toSorted()) {
    hash.update(path);
    try {
      hash.update(readFileSync(join(root, path)));
    } catch {
      // a folder
    }
  }
  return hash.digest('hex');
};

const buildWeb = (): void => {
  const web = join(root, 'services', 'web');
  if (!existsSync(join(web, 'vite.config.ts'))) return;
  const mark = join(web, 'dist', 'made-from');
  const source = hashOf([
    'services/web/{app,public,scripts}/**/*',
    'services/web/{index.html,vite.config.ts,package.json}',
    'packages/{contracts,manuscript,editor-client}/src/**/*.ts',
    'package-lock.json',
  ]);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === source) return;
  process.stderr.write('Building the web app …\n');
  execFileSync(
    process.execPath,
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: web, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  writeFileSync(mark, source);
};

const only = process.argv[2];
makePrismaClients(root, only);
if (only === undefined || only === 'web') buildWeb();
