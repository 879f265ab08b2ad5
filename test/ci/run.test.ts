import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Results = Readonly<Record<string, readonly string[]>>;

/** What vitest reports about files: each with the statuses of its tests; a file with none could not be read. */
const reportOf = (folder: string, results: Results): string =>
  JSON.stringify({
    testResults: Object.entries(results).map(([file, statuses]) => ({
      name: join(folder, file),
      status: statuses.length === 0 || statuses.includes('failed') ? 'failed' : 'passed',
      assertionResults: statuses.map((status) => ({ status })),
    })),
  });

/** .ci/run in a repository whose scripts/test has these results, one after the other; without any, it ends before its tests. */
const ciRun = (...runs: readonly Results[]): { code: number | null; output: string; arguments: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'authorworks-ci-'));
  folders.push(folder);
  for (const path of ['.ci/run', 'scripts/lib.sh', 'scripts/test-report.ts']) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  for (const [index, results] of runs.entries())
    writeFileSync(join(folder, `run-${index + 1}.json`), reportOf(folder, results));
  writeFileSync(
    join(folder, 'scripts/test'),
    `#!/usr/bin/env bash
echo "$*" >>arguments
report="run-$(wc -l <arguments).json"
[ -e "$report" ] || exit 1
cp "$report" "$TEST_REPORT"
! grep -q '"status":"failed"' "$report"
`,
  );
  for (const path of ['.ci/run', 'scripts/test']) chmodSync(join(folder, path), 0o755);
  execFileSync('git', ['init', '--quiet', folder]);
  const { status, stdout, stderr } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8' });
  const seen = execFileSync('cat', [join(folder, 'arguments')], { encoding: 'utf8' });
  return { code: status, output: stdout + stderr, arguments: seen };
};

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';

describe('.ci/run', () => {
  it('ends with the numbers', () => {
    const { code, output, arguments: seen } = ciRun({ 'a.test.ts': ['passed', 'passed', 'skipped'] });
    expect({ code, last: lastLine(output), seen }).toEqual({
      code: 0,
      last: '2 passed, 0 failed, 1 skipped',
      seen: '\n',
    });
  });

  it('runs a file that failed once more by itself, and says so when it passes then', () => {
    const {
      code,
      output,
      arguments: seen,
    } = ciRun(
      { 'a.test.ts': ['passed', 'passed'], 'b.test.ts': ['passed', 'failed', 'skipped'] },
      { 'b.test.ts': ['passed', 'passed', 'passed'] },
    );
    expect({ code, last: lastLine(output), seen }).toEqual({
      code: 0,
      last: '5 passed, 0 failed, 0 skipped',
      seen: '\nb.test.ts\n',
    });
    expect(output).toContain('FLAKY: passed only at the second try: b.test.ts');
  });

  it('fails when a file fails twice', () => {
    const { code, output } = ciRun(
      { 'a.test.ts': ['passed'], 'b.test.ts': ['failed', 'failed'] },
      { 'b.test.ts': ['failed', 'passed'] },
    );
    expect({ code, last: lastLine(output) }).toEqual({ code: 1, last: '2 passed, 1 failed, 0 skipped' });
    expect(output).not.toContain('FLAKY');
  });

  it('counts a file that could not be read', () => {
    const { code, output } = ciRun({ 'a.test.ts': ['passed'], 'b.test.ts': [] }, { 'b.test.ts': [] });
    expect({ code, last: lastLine(output) }).toEqual({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  it('does not try again when many files fail: that is no accident', () => {
    const broken = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.test.ts`, ['failed']]));
    const { code, output, arguments: seen } = ciRun(broken, {});
    expect({ code, last: lastLine(output), seen }).toEqual({
      code: 1,
      last: '0 passed, 4 failed, 0 skipped',
      seen: '\n',
    });
  });

  it('fails when the tests could not begin', () => {
    const { code, output } = ciRun();
    expect({ code, last: lastLine(output) }).toEqual({ code: 1, last: '0 passed, 1 failed, 0 skipped' });
  });
});
