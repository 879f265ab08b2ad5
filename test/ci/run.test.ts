import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What a script tells: its report (statuses of tests by file) and its exit code. A file without tests could not be read. */
interface Told {
  readonly report?: Readonly<Record<string, readonly string[]>>;
  readonly code?: number;
  /** Something more that it does in the repository. */
  readonly does?: string;
}

const good: Told = { report: { 'a.test.ts': ['passed', 'passed'] } };

const reportOf = (files: NonNullable<Told['report']>): string => {
  const statuses = Object.values(files).flat();
  const count = (status: string): number => statuses.filter((one) => one === status).length;
  return JSON.stringify({
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    testResults: Object.entries(files).map(([name, tests]) => ({
      name,
      message: tests.length === 0 ? 'cannot be read' : '',
      status: tests.length === 0 || tests.includes('failed') ? 'failed' : 'passed',
      assertionResults: tests.map((status, number) => ({
        status,
        fullName: `test ${number + 1}`,
        failureMessages: status === 'failed' ? ['not as expected\n    at a line'] : [],
      })),
    })),
  });
};

describe('.ci/run', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  /** Runs it in a repository whose scripts tell this. */
  const run = (test: Told, cluster: Told) => {
    const folder = mkdtempSync(join(tmpdir(), 'authorworks-ci-'));
    folders.push(folder);
    for (const name of ['.ci', 'scripts']) mkdirSync(join(folder, name));
    copyFileSync(join(root, '.ci/run'), join(folder, '.ci/run'));
    for (const [name, { report, code = 0, does = ':' }] of Object.entries({ test, 'test-cluster': cluster })) {
      const path = join(folder, 'scripts', name);
      const tell = report ? `printf '%s' '${reportOf(report)}' >"$TEST_REPORT"\n` : '';
      writeFileSync(path, `#!/bin/sh\necho "$*" >"$0.arguments"\n${tell}${does}\nexit ${code}\n`);
      chmodSync(path, 0o755);
    }
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.example', ...args], { cwd: folder });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'all');
    const { status, stdout } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8' });
    const given = (name: string): string => readFileSync(join(folder, 'scripts', `${name}.arguments`), 'utf8').trim();
    return { status, stdout, last: stdout.trim().split('\n').at(-1), given };
  };

  it('ends with the numbers of both', () => {
    const { status, last, given } = run(
      { report: { 'a.test.ts': ['passed', 'passed', 'pending'], 'b.test.ts': ['passed'] } },
      { report: { 'c.test.ts': ['passed', 'todo'] } },
    );
    expect({ status, last }).toEqual({ status: 0, last: '4 passed, 0 failed, 2 skipped' });
    expect(given('test')).toBe('');
    expect(given('test-cluster')).toContain('--exclude test/cluster/broken-release.test.ts');
  });

  it('leaves out only files that there are', () => {
    const { given } = run(good, good);
    const files = given('test-cluster')
      .split(' ')
      .filter((word) => word !== '--exclude');
    const listed = readFileSync(join(root, 'test/cluster/vitest.config.ts'), 'utf8');
    for (const file of files) expect(listed).toContain(`'${file}'`);
  });

  it('says loudly that there is no cluster', () => {
    const { status, last, stdout } = run(good, { code: 3 });
    expect({ status, last }).toEqual({ status: 0, last: '2 passed, 0 failed, 1 skipped' });
    expect(stdout).toContain('== scripts/test-cluster: SKIPPED. There is no cluster');
  });

  it('tells again at the end what failed, and why', () => {
    const { stdout } = run(
      { report: { 'a.test.ts': ['passed', 'failed'], 'b.test.ts': [] }, code: 1 },
      { code: 2, does: 'echo much' },
    );
    expect(stdout.split('== what failed\n')[1]).toBe(
      [
        'a.test.ts > test 2',
        '    not as expected',
        '        at a line',
        'b.test.ts',
        '    cannot be read',
        'scripts/test-cluster told of no tests, and ended with 2',
        '',
        '1 passed, 3 failed, 0 skipped',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, Told, Told, string]>([
    ['a test fails', { report: { 'a.test.ts': ['passed', 'failed'] }, code: 1 }, good, '3 passed, 1 failed, 0 skipped'],
    [
      'one fails in the cluster',
      good,
      { report: { 'a.test.ts': ['failed'] }, code: 1 },
      '2 passed, 1 failed, 0 skipped',
    ],
    [
      'a file cannot be read',
      { report: { 'a.test.ts': ['passed'], 'b.test.ts': [] }, code: 1 },
      good,
      '3 passed, 1 failed, 0 skipped',
    ],
    ['types or lint are wrong, and no test runs', { code: 2 }, good, '2 passed, 1 failed, 0 skipped'],
    ['the tests end as if there were no cluster', { code: 3 }, good, '2 passed, 1 failed, 0 skipped'],
    ['the lab does not come up', good, { code: 1 }, '2 passed, 1 failed, 0 skipped'],
    ['all tests pass and something else does not', { ...good, code: 1 }, good, '4 passed, 1 failed, 0 skipped'],
    ['nothing is told', {}, good, '2 passed, 1 failed, 0 skipped'],
    ['the tree is not as it was', { ...good, does: 'echo >>scripts/test' }, good, '4 passed, 1 failed, 0 skipped'],
  ])('fails when %s', (_, test, cluster, numbers) => {
    const { status, last } = run(test, cluster);
    expect({ status, last }).toEqual({ status: 1, last: numbers });
  });
});
