import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..', '..');

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Runs a program and resolves with what it printed.
 * @throws Error with the end of what it said, when it fails.
 */
export const run = async (
  program: string,
  args: readonly string[],
  { input = '', env = {}, timeoutMs = 20 * 60_000 }: RunOptions = {},
): Promise<string> =>
  await new Promise((done, fail) => {
    const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 256 * 1024 * 1024, timeout: timeoutMs };
    const child = execFile(program, [...args], options, (error, output, errors) => {
      if (!error) return done(output);
      const said = `${output}\n${errors}`.trim().split('\n').slice(-25).join('\n');
      fail(
        new Error(`${program} ${args.join(' ')}: ${error.killed ? 'took too long' : `exit ${error.code}`}\n${said}`),
      );
    });
    // a program that does not read is told nothing; what it made of that is in its exit code
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
