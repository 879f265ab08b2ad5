import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const stub = (name: string): string => `#!/usr/bin/env bash
echo "$*" >>${name}-arguments
report="${name}-$(wc -l <${name}-arguments).json"
[ -e "$report" ] || exit 1
cp "$report" "$TEST_REPORT"
! grep -q '"status":"failed"' "$report"
`;

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly last: string;
  /** What each script was called with, call by call. */
  readonly calls: Readonly<Record<'test' | 'test-cluster', readonly string[]>>;
}

/** .ci/run in a repository whose scripts have these results, one after the other; without any, a script ends before its tests. */
const ciRun = (test: readonly Results[], cluster: readonly Results[] | 'none'): Ended => {
  const folder = mkdtempSync(join(tmpdir(), 'authorworks-ci-'));
  folders.push(folder);
  for (const path of ['.ci/run', 'scripts/lib.sh', 'scripts/test-report.ts']) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  const scripts = { test, 'test-cluster': cluster === 'none' ? [] : cluster };
  for (const [name, runs] of Object.entries(scripts)) {
    for (const [index, results] of runs.entries())
      writeFileSync(join(folder, `${name}-${index + 1}.json`), reportOf(folder, results));
    const isAway = name === 'test-cluster' && cluster === 'none';
    writeFileSync(
      join(folder, 'scripts', name),
      isAway ? '#!/bin/sh\necho >>test-cluster-arguments\nexit 3\n' : stub(name),
    );
    chmodSync(join(folder, 'scripts', name), 0o755);
  }
  chmodSync(join(folder, '.ci/run'), 0o755);
  execFileSync('git', ['init', '--quiet', folder]);
  const { status, stdout, stderr } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8' });
  const output = stdout + stderr;
  const callsOf = (name: string): string[] =>
    readFileSync(join(folder, `${name}-arguments`), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replaceAll(/--exclude \S+ ?/g, ''));
  return {
    code: status,
    output,
    last: output.trim().split('\n').at(-1) ?? '',
    calls: { test: callsOf('test'), 'test-cluster': callsOf('test-cluster') },
  };
};

describe('.ci/run', () => {
  it('ends with the numbers of both', () => {
    const ended = ciRun([{ 'a.test.ts': ['passed', 'passed', 'skipped'] }], [{ 'a.test.ts': ['passed'] }]);
    expect(ended).toMatchObject({ code: 0, last: '3 passed, 0 failed, 1 skipped' });
    expect(ended.calls).toEqual({ test: [''], 'test-cluster': [''] });
  });

  it('says loudly that there is no cluster', () => {
    const ended = ciRun([{ 'a.test.ts': ['passed'] }], 'none');
    expect(ended).toMatchObject({ code: 0, last: '1 passed, 0 failed, 1 skipped' });
    expect(ended.output).toContain('scripts/test-cluster: SKIPPED');
  });

  it('runs a file that failed once more by itself, and says so when it passes then', () => {
    const ended = ciRun(
      [
        { 'a.test.ts': ['passed', 'passed'], 'b.test.ts': ['passed', 'failed', 'skipped'] },
        { 'b.test.ts': ['passed', 'passed', 'passed'] },
      ],
      [{ 'c.test.ts': ['failed'] }, { 'c.test.ts': ['passed'] }],
    );
    expect(ended).toMatchObject({ code: 0, last: '6 passed, 0 failed, 0 skipped' });
    expect(ended.calls).toEqual({ test: ['', 'b.test.ts'], 'test-cluster': ['', 'c.test.ts'] });
    expect(ended.output).toContain('FLAKY: passed only at the second try: b.test.ts');
    expect(ended.output).toContain('FLAKY: passed only at the second try: c.test.ts');
  });

  it('fails when a file fails twice', () => {
    const ended = ciRun(
      [{ 'a.test.ts': ['passed'], 'b.test.ts': ['failed', 'failed'] }, { 'b.test.ts': ['failed', 'passed'] }],
      'none',
    );
    expect(ended).toMatchObject({ code: 1, last: '2 passed, 1 failed, 1 skipped' });
    expect(ended.output).not.toContain('FLAKY');
  });

  it('counts a file that could not be read', () => {
    const ended = ciRun([{ 'a.test.ts': ['passed'] }], [{ 'b.test.ts': [] }, { 'b.test.ts': [] }]);
    expect(ended).toMatchObject({ code: 1, last: '1 passed, 1 failed, 0 skipped' });
  });

  it('does not try again when many files fail: that is no accident', () => {
    const broken = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.test.ts`, ['failed']]));
    const ended = ciRun([broken, {}], 'none');
    expect(ended).toMatchObject({ code: 1, last: '0 passed, 4 failed, 1 skipped' });
    expect(ended.calls.test).toEqual(['']);
  });

  it('fails when tests could not begin', () => {
    expect(ciRun([], [])).toMatchObject({ code: 1, last: '0 passed, 2 failed, 0 skipped' });
  });
});
