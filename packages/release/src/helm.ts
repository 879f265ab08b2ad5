import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReleaseProblem } from './problem.ts';
import { parse } from 'yaml';
import type { Values } from './values.ts';

export interface HelmRevision {
  readonly revision: number;
  /** deployed, superseded, failed, pending-install, pending-upgrade, pending-rollback, uninstalled … */
  readonly status: string;
  readonly description: string;
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const runHelm = async (args: readonly string[]): Promise<Ran> =>
  await new Promise((resolve, reject) => {
    // in a group of its own: an operator's Ctrl-C is for us, and must not end Helm in the middle of its work
    const child = spawn('helm', [...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = { output: '', errors: '' };
    child.stdout.on('data', (chunk: Buffer) => void (chunks.output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (chunks.errors += chunk.toString()));
    child.once('error', (error) => reject(new ReleaseProblem(`helm cannot be run: ${error.message}`)));
    child.once('close', (code) => resolve({ code, ...chunks }));
  });

const lastWords = ({ errors, output }: Ran): string =>
  (errors.trim() === '' ? output : errors)
    .trim()
    .split('\n')
    .filter((line) => !/^(WARNING|walk\.go|I\d{4}|W\d{4})/.test(line.trim()))
    .slice(-4)
    .join(' ');

/** The program `helm` of the PATH (version 3 or 4), in one namespace. */
export class Helm {
  readonly #namespace: string;
  #isFour: boolean | undefined;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** The values that were given for a release; undefined when there is none. */
  async values(release: string): Promise<Values | undefined> {
    const ran = await this.#run(['get', 'values', release, '--output', 'json']);
    if (ran.code !== 0) {
      if (/not found/.test(ran.errors)) return undefined;
      throw new ReleaseProblem(`the values of ${release} cannot be read: ${lastWords(ran)}`);
    }
    return (JSON.parse(ran.output) as Values | null) ?? {};
  }

  /** Revisions, the oldest first; none when there is no such release. */
  async history(release: string): Promise<HelmRevision[]> {
    const ran = await this.#run(['history', release, '--max', '256', '--output', 'json']);
    if (ran.code === 0) return JSON.parse(ran.output) as HelmRevision[];
    if (/not found/.test(ran.errors)) return [];
    throw new ReleaseProblem(`the history of ${release} cannot be read: ${lastWords(ran)}`);
  }

  /** The values that a chart has where none are given. */
  async defaults(chart: string): Promise<Values> {
    const ran = await this.#run(['show', 'values', chart]);
    if (ran.code !== 0) throw new ReleaseProblem(`the values of ${chart} cannot be read: ${lastWords(ran)}`);
    return (parse(ran.output) as Values | null) ?? {};
  }

  /** Installs or changes a release; waits for its hooks (migrations), not for its pods. */
  async upgrade(
    release: string,
    chart: string,
    values: Values,
    { withHooks = true }: { readonly withHooks?: boolean } = {},
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'authorworks-release-'));
    try {
      const file = join(folder, 'values.json');
      await writeFile(file, JSON.stringify(values), { mode: 0o600 });
      await this.#change([
        'upgrade',
        '--install',
        release,
        chart,
        '--values',
        file,
        '--history-max',
        '20',
        ...(withHooks ? [] : ['--no-hooks']),
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Brings back a revision: its chart and its values, as they were. */
  async rollback(release: string, revision: number): Promise<void> {
    await this.#change(['rollback', release, String(revision), '--history-max', '20', '--timeout', '15m']);
  }

  async #change(args: readonly string[]): Promise<void> {
    // Helm 4 applies on the server, where the number of pods belongs to whoever scaled a house to nothing
    this.#isFour ??= (await runHelm(['version', '--short'])).output.startsWith('v4');
    const ran = await this.#run([...args, ...(this.#isFour ? ['--server-side=true', '--force-conflicts'] : [])]);
    if (ran.code !== 0) throw new ReleaseProblem(`helm ${args.slice(0, 3).join(' ')}: ${lastWords(ran)}`);
  }

  async #run(args: readonly string[]): Promise<Ran> {
    return await runHelm([...args, '--namespace', this.#namespace]);
  }
}
