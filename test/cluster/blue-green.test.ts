import { otherColour } from '@authorworks/contracts';
import { describe, expect, inject, it } from 'vitest';
import { kubectl, list, podsIn, type PodState, residents, within } from './lib/cluster.ts';
import { startCrowd } from './lib/crowd.ts';
import { namespaces } from './lib/house.ts';
import { type Colour, doors, journal, run, withPods } from './lib/releases.ts';

// FAULTS 32: a version is changed on a Tuesday afternoon, with everybody in the house.

const CROWD = { writers: 50, readers: 20, uploaders: 4 };
/** Whoever may lose a pod at any time needs two of each. */
const pairs = withPods(2);
/** Pods of a house that are there to stay. */
const staying = async (colour: Colour): Promise<PodState[]> =>
  residents(
    await podsIn([namespaces.app], '--selector', `authorworks.io/colour=${colour},app.kubernetes.io/component=service`),
  );

/** By its pods: on a busy machine a Deployment learns late that it has lost one. */
const untilAllReady = async (colour: Colour): Promise<void> => {
  await within(180, `all pods of the ${colour} house are there`, async () => {
    const deployments = await list('deployments', namespaces.app, '--selector', `authorworks.io/colour=${colour}`);
    const wanted = deployments.reduce((sum, { spec }) => sum + (spec as { replicas: number }).replicas, 0);
    return (await staying(colour)).filter(({ isReady }) => isReady).length === wanted ? true : undefined;
  });
};

/** Deletes a pod of the house that people reach, one after the other, each when all are there again. */
const deletePods = async (signal: AbortSignal): Promise<string[]> => {
  const deleted: string[] = [];
  while (!signal.aborted) {
    const { live } = await doors();
    await untilAllReady(live).catch(() => undefined);
    const pods = await staying(live);
    const pod = pods[Math.floor(Math.random() * pods.length)];
    if (!pod) continue;
    await kubectl(['delete', 'pod', pod.name, '--namespace', namespaces.app, '--wait=false', '--ignore-not-found']);
    deleted.push(`${new Date().toISOString().slice(11, 19)} ${pod.name}`);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
  return deleted;
};

describe('a new version while everybody is in the house', () => {
  it('comes and goes back, and nobody loses a keystroke or is refused', async () => {
    const house = inject('house');
    const { live } = await doors();
    const crowd = await startCrowd(house, CROWD);
    const there = await run('deploy', house, { values: pairs });
    const middle = await doors();
    const back = await run('deploy', house, { values: pairs });
    const happened = await crowd.stop();
    console.log(
      `${CROWD.writers} writers, ${CROWD.readers} readers, ${CROWD.uploaders} uploaders; there in ${there.seconds.toFixed(0)} s, back in ${back.seconds.toFixed(0)} s: ${happened.words} words, ${happened.lost} lost, ${happened.doubled} doubled; ${happened.pages} pages and ${happened.uploads} files, ${happened.failures.length} refused, ${happened.retries} sent again; a word waited until it was saved: ${happened.waits}; reconnected: ${happened.reconnects}`,
    );
    for (const failure of happened.failures.slice(0, 20)) console.log(failure);
    expect([there.code, back.code]).toEqual([0, 0]);
    expect(middle).toMatchObject({ live: otherColour(live), working: otherColour(live) });
    expect(await doors()).toMatchObject({ live, working: live, weights: { [live]: 100, [otherColour(live)]: 0 } });
    const { lost, doubled, failures } = happened;
    expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
    expect(happened.words).toBeGreaterThan(CROWD.writers * 100);
    const lines = await journal();
    for (const phase of ['preparing', 'looking', 'handing over', 'opening', 'closing'])
      expect(lines.map((line) => line.phase)).toContain(phase);
  }, 1_200_000);

  it('comes while pods of the live house are deleted at random', async () => {
    const house = inject('house');
    const { live } = await doors();
    await untilAllReady(live);
    const crowd = await startCrowd(house, CROWD);
    const enough = new AbortController();
    const deleting = deletePods(enough.signal);
    const { code, seconds } = await run('deploy', house, { values: pairs });
    enough.abort();
    const deleted = await deleting;
    const happened = await crowd.stop();
    console.log(
      `${deleted.length} pods deleted (${deleted.join(', ')}) during a release of ${seconds.toFixed(0)} s: ${happened.words} words, ${happened.lost} lost; ${happened.pages} pages and ${happened.uploads} files, ${happened.failures.length} refused, ${happened.retries} sent again; a word waited until it was saved: ${happened.waits}; reconnected: ${happened.reconnects}`,
    );
    for (const failure of happened.failures.slice(0, 20)) console.log(failure);
    expect(code).toBe(0);
    expect(deleted.length).toBeGreaterThan(0);
    const { lost, doubled, failures } = happened;
    expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
  }, 1_200_000);
});
