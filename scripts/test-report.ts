// Reads reports of vitest (--reporter json) for .ci/run:
//   node scripts/test-report.ts failed REPORT      files that failed, one per line
//   node scripts/test-report.ts sum REPORT…        passed, failed and skipped tests; a file counts as its last report says
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

const filesOf = (path: string): readonly TestFile[] =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { testResults: readonly TestFile[] }).testResults : [];

const count = (files: readonly TestFile[], ...statuses: readonly string[]): number =>
  files.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => statuses.includes(status)).length;

/** A file that could not be read, or whose hooks failed, is one failure more than its tests tell. */
const brokenFiles = (files: readonly TestFile[]): number =>
  files.filter((file) => file.status === 'failed' && count([file], 'failed') === 0).length;

const sum = (paths: readonly string[]): string => {
  const last = new Map(paths.flatMap(filesOf).map((file) => [file.name, file]));
  const files = [...last.values()];
  return [
    count(files, 'passed'),
    count(files, 'failed') + brokenFiles(files),
    count(files, 'pending', 'skipped', 'todo'),
  ].join(' ');
};

const failed = ([path = '']: readonly string[]): string =>
  filesOf(path)
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(resolve(import.meta.dirname, '..'), name))
    .join('\n');

const [command = '', ...paths] = process.argv.slice(2);
const run = { failed, sum }[command];
if (!run) throw new Error('usage: node scripts/test-report.ts failed|sum REPORT…');
console.log(run(paths));
