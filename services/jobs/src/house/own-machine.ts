import { readFile } from 'node:fs/promises';
import {
  arch,
  availableParallelism,
  freemem,
  hostname,
  loadavg,
  release,
  totalmem,
  type as osType,
  uptime,
} from 'node:os';
import type { Gap, HouseNode } from '@authorworks/contracts';
import type { Machines } from './machines.ts';

const KIB = 1024;
const MILLIS = 1000;

/** Memory that programs could still have; what Linux calls free leaves out what it keeps only because nobody needs it. */
const availableMemory = async (): Promise<number> => {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1];
  return available === undefined ? freemem() : Number(available) * KIB;
};

const names: Readonly<Record<string, string>> = { x64: 'amd64' };

const describeMachine = async (): Promise<HouseNode> => {
  const [load = 0] = loadavg();
  const total = totalmem();
  const architecture = arch();
  return {
    name: hostname(),
    role: 'other',
    arch: names[architecture] ?? architecture,
    os: `${osType()} ${release()}`,
    version: `Node.js ${process.versions.node}`,
    ready: true,
    problems: [],
    memory: { usedBytes: total - (await availableMemory()), requestedBytes: null, totalBytes: total },
    // how many processes wanted to run in the last minute: the nearest that there is without looking for a while
    cpu: { usedMillis: Math.round(load * MILLIS), totalMillis: availableParallelism() * MILLIS },
    pods: null,
    since: new Date(Date.now() - uptime() * MILLIS).toISOString(),
  };
};

const gap = (what: Gap['what']): Gap => ({ what, why: 'one-process', namespace: null });

/** A house in one process: there is this machine, and neither pods nor releases. */
export const ownMachine = (): Machines => ({
  mode: 'process',
  read: async () => ({
    nodes: [await describeMachine()],
    pods: [],
    releases: [],
    gaps: [gap('pods'), gap('releases'), gap('events')],
  }),
  readEvents: async () => await Promise.resolve({ events: [], gaps: [gap('events')] }),
});
