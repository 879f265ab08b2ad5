import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';
import type { Desk } from './desk.ts';
import { Edge } from './edge.ts';
import { Helm } from './helm.ts';
import { Journal, type Release } from './journal.ts';
import { takeLease } from './lease.ts';
import { readOptions } from './options.ts';
import { Interrupted, lineOf, ReleaseProblem } from './problem.ts';
import { runRelease } from './release.ts';

const CHARTS = join(import.meta.dirname, '..', '..', '..', 'charts');
const EXIT = { done: 0, 'taken back': 1, failed: 1, interrupted: 130, problem: 2 } as const;

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

const stopOnSignal = (): AbortSignal => {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      say(`${name}: stopping after what is under way; run it again to go on, or scripts/rollback to go back`);
      stop.abort(name);
    });
  return stop.signal;
};

const release = async (kind: Release['kind'], args: readonly string[]): Promise<number> => {
  const options = readOptions(args, CHARTS);
  const asked = stopOnSignal();
  const cluster = new Cluster(options.namespace);
  const lease = await takeLease(cluster, `${options.by} ${randomUUID()}`);
  const helm = new Helm(options.namespace);
  const desk: Desk = {
    options,
    cluster,
    helm,
    edge: new Edge(helm, cluster, join(options.charts, 'authorworks-edge')),
    journal: new Journal(cluster, () => new Date()),
    signal: AbortSignal.any([asked, lease.signal]),
    say,
  };
  try {
    const { outcome = 'failed', version, why, to, from } = await runRelease(desk, kind);
    say(
      outcome === 'done'
        ? `done: ${version} is in the ${to} house`
        : `${outcome}${from ? `, people are in the ${from} house` : ''}: ${why}`,
    );
    return EXIT[outcome];
  } finally {
    await lease.release().catch((error: unknown) => say(`the lease ends by itself: ${lineOf(error)}`));
  }
};

/** The programs scripts/deploy and scripts/rollback. @returns the exit code: 0 done, 1 taken back, 2 not begun, 130 stopped */
export const main = async (kind: Release['kind'], args: readonly string[]): Promise<number> => {
  try {
    return await release(kind, args);
  } catch (error) {
    if (error instanceof Interrupted) {
      say(`stopped (${error.message}); run it again to go on, or scripts/rollback to go back`);
      return EXIT.interrupted;
    }
    say(error instanceof ReleaseProblem ? error.message : `this should not happen: ${(error as Error).stack}`);
    return EXIT.problem;
  }
};
