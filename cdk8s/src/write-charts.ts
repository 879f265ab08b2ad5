// Writes charts/, skaffold.yaml and compose.yaml. With --check it writes nothing, and fails where they differ.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writtenFiles } from './written-files.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const check = process.argv.includes('--check');

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    : [];

const wanted = writtenFiles();
// examples are written by people
const extra = filesIn(join(root, 'charts')).filter(
  (path) => !wanted.has(path) && !/^charts\/[^/]+\/examples\//.test(path),
);
const stale = [...wanted].filter(
  ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
);

if (check) {
  const wrong = [...extra.map((path) => `${path} (too much)`), ...stale.map(([path]) => path)];
  if (wrong.length > 0) {
    process.stderr.write(`Not up to date: ${wrong.join(', ')}. Run npm run charts and commit the result.\n`);
    process.exit(1);
  }
} else {
  for (const path of extra) rmSync(join(root, path));
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
