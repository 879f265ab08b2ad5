// An editor in a process of its own, to be killed by tests. Told by its parent: the variables and where neighbours live.
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { Writable } from 'node:stream';
import type { ServiceName } from '@authorworks/contracts';
import { editor } from '../src/index.ts';

export interface LaunchOrder {
  readonly variables: Readonly<Record<string, string>>;
  readonly neighbours: Partial<Record<ServiceName, string>>;
}

export type LaunchNews =
  | { readonly kind: 'ready'; readonly url: string; readonly port: number }
  | { readonly kind: 'memory'; readonly rss: number; readonly lagMs: number; readonly cpuMs: number };

enableCompileCache();

const order = JSON.parse(process.argv[2] ?? '{}') as LaunchOrder;
const tell = (news: LaunchNews): void => void process.send?.(news);

/** Longest time that the event loop was blocked since somebody asked, in milliseconds. */
let lag = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  lag = Math.max(lag, now - last - 10);
  last = now;
}, 10);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'memory', rss: process.memoryUsage().rss, lagMs: lag, cpuMs: (user + system) / 1000 });
  lag = 0;
});
// a parent that is gone does not want an editor any more
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));

const running = await editor.start({
  source: { variables: order.variables, readFile: (path) => readFileSync(path, 'utf8') },
  directory: {
    urlOf: (name) => {
      const url = order.neighbours[name];
      if (!url) throw new Error(`this test has no ${name}`);
      return url;
    },
  },
  logDestination: new Writable({ write: (_chunk, _encoding, done) => done() }),
});
tell({ kind: 'ready', url: running.url, port: running.port });
