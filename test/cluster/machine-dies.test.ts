import { describe, expect, inject, it } from 'vitest';
import { kubectl, podsIn, residents, within } from './lib/cluster.ts';
import { type Happened, startCrowd } from './lib/crowd.ts';
import { namespaces, untilReady } from './lib/house.ts';
import { isLab, startNode, stopNode } from './lib/lab.ts';
import { poolsOfNodes } from './lib/placement.ts';

const ELSEWHERE_WITHIN_SECONDS = 180;
/** A few: what is tested is that none of them notices, not how many there may be. */
const CROWD = { writers: 5, readers: 5, uploaders: 1 };
const house = inject('house');

/** What works on Pis and is not tied to one. */
const workers = async () => {
  const pools = await poolsOfNodes();
  return residents(await podsIn(Object.values(namespaces))).filter(
    ({ node = '', app }) => pools.get(node) === 'pi' && app !== 'node-exporter',
  );
};

/** Prints what people met, every refusal included. */
const tell = ({ words, pages, uploads, retries, waits, lost, doubled, failures }: Happened): void => {
  console.log(
    `${CROWD.writers} writers, ${CROWD.readers} readers, ${CROWD.uploaders} uploader meanwhile: ${words} words, ${lost} lost, ${doubled} doubled; ${pages} pages and ${uploads} files, ${failures.length} refused, ${retries} sent again; a word waited until it was saved: ${waits}`,
  );
  for (const failure of failures) console.log(failure);
};

describe.runIf(isLab())('a Raspberry Pi that loses its power', () => {
  it(`has its work done elsewhere in less than ${ELSEWHERE_WITHIN_SECONDS} s, and people notice nothing`, async () => {
    const before = await workers();
    const dead = before.find(({ app }) => app === 'prometheus')?.node;
    if (dead === undefined) throw new Error('Prometheus is on no Pi');
    const moving = before.filter(({ node }) => node === dead).map(({ app }) => app);
    const crowd = await startCrowd(house, CROWD);
    const began = performance.now();
    let happened: Happened;
    let seconds: number;
    try {
      await stopNode(dead);
      await within(2 * ELSEWHERE_WITHIN_SECONDS, `${moving.join(', ')} elsewhere`, async () => {
        const now = await workers();
        const isElsewhere = (app: string): boolean =>
          now.some((pod) => pod.app === app && pod.node !== dead && pod.isReady);
        return moving.every(isElsewhere) ? true : undefined;
      });
    } finally {
      seconds = (performance.now() - began) / 1000;
      try {
        happened = await crowd.stop();
      } finally {
        await startNode(dead);
        await kubectl(['wait', '--for=condition=Ready', `node/${dead}`, '--timeout=120s']);
      }
      tell(happened);
    }
    console.log(`${dead} lost its power: ${moving.join(', ')} ran elsewhere after ${seconds.toFixed(0)} s`);
    expect(seconds).toBeLessThan(ELSEWHERE_WITHIN_SECONDS);
    const { words, pages, uploads, lost, doubled, failures } = happened;
    expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
    expect(Math.min(words, pages, uploads)).toBeGreaterThan(0);
    await untilReady(120);
  });
});
