import { describe, expect, inject, it } from 'vitest';
import { podsIn, residents } from './lib/cluster.ts';
import { startCrowd } from './lib/crowd.ts';
import { namespaces } from './lib/house.ts';
import { budgetOf, memoryOf } from './lib/memory.ts';
import { printTable } from './lib/table.ts';

const CROWD = { writers: 50, readers: 20, uploaders: 4 };
const SAMPLES = 8;
const SAMPLE_MS = 5000;

describe('a house full of people', () => {
  it('loses no word, refuses nobody, and stays within its budget of memory', async () => {
    const pods = residents(await podsIn(Object.values(namespaces)));
    const idle = inject('idleMemory');
    const crowd = await startCrowd(inject('house'), CROWD);
    const most = new Map<string, number>();
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      for (const [pod, mib] of await memoryOf(pods)) most.set(pod, Math.max(mib, most.get(pod) ?? 0));
    }
    const { words, lost, doubled, pages, uploads, failures } = await crowd.stop();
    console.log(
      `${CROWD.writers} writers, ${CROWD.readers} readers, ${CROWD.uploaders} uploaders for ${(SAMPLES * SAMPLE_MS) / 1000} s: ${words} words, ${lost} lost; ${pages} pages and ${uploads} files, ${failures.length} refused`,
    );
    const rows = pods.map((pod) => {
      const name = `${pod.namespace}/${pod.name}`;
      return { pod: pod.name, idle: idle[name] ?? 0, busy: most.get(name) ?? 0, ...budgetOf(pod) };
    });
    const mib = (value: number): string => `${Math.round(value)} MiB`;
    printTable(
      'memory (working set) beside its budget',
      rows.map((row) => ({
        pod: row.pod,
        idle: mib(row.idle),
        busy: mib(row.busy),
        request: mib(row.request),
        limit: mib(row.limit),
      })),
    );
    expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
    expect(words).toBeGreaterThan(CROWD.writers * 20);
    expect(uploads).toBeGreaterThan(0);
    expect(rows.filter(({ busy }) => busy === 0).map(({ pod }) => pod)).toEqual([]);
    expect(rows.filter(({ busy, limit }) => busy > limit * 0.9).map(({ pod }) => pod)).toEqual([]);
    const after = residents(await podsIn(Object.values(namespaces)));
    expect(after.filter(({ restarts }) => restarts > 0).map(({ name }) => name)).toEqual([]);
  });
});
