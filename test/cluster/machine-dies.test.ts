import { describe, expect, inject, it } from 'vitest';
import { kubectl, podsIn, residents, within } from './lib/cluster.ts';
import { namespaces, untilReady } from './lib/house.ts';
import { isLab, startNode, stopNode } from './lib/lab.ts';
import { poolsOfNodes } from './lib/placement.ts';

const ELSEWHERE_WITHIN_SECONDS = 180;
const house = inject('house');

/** What works on Pis and is not tied to one. */
const workers = async () => {
  const pools = await poolsOfNodes();
  return residents(await podsIn(Object.values(namespaces))).filter(
    ({ node = '', app }) => pools.get(node) === 'pi' && app !== 'node-exporter',
  );
};

describe.runIf(isLab())('a Raspberry Pi that loses its power', () => {
  it(`has its work done elsewhere in less than ${ELSEWHERE_WITHIN_SECONDS} s, and people notice nothing`, async () => {
    const before = await workers();
    const dead = before.find(({ app }) => app === 'prometheus')?.node;
    if (dead === undefined) throw new Error('Prometheus is on no Pi');
    const moving = before.filter(({ node }) => node === dead).map(({ app }) => app);
    const refused: number[] = [];
    const began = performance.now();
    await stopNode(dead);
    try {
      await within(2 * ELSEWHERE_WITHIN_SECONDS, `${moving.join(', ')} elsewhere`, async () => {
        const { status } = await fetch(`${house}/healthz`, { signal: AbortSignal.timeout(5000) });
        if (status !== 200) refused.push(status);
        const now = await workers();
        const isElsewhere = (app: string): boolean =>
          now.some((pod) => pod.app === app && pod.node !== dead && pod.isReady);
        return moving.every(isElsewhere) ? true : undefined;
      });
      const seconds = (performance.now() - began) / 1000;
      console.log(`${dead} lost its power: ${moving.join(', ')} ran elsewhere after ${seconds.toFixed(0)} s`);
      expect(seconds).toBeLessThan(ELSEWHERE_WITHIN_SECONDS);
      expect(refused).toEqual([]);
    } finally {
      await startNode(dead);
      await kubectl(['wait', '--for=condition=Ready', `node/${dead}`, '--timeout=120s']);
    }
    await untilReady(120);
  });
});
