import { chartOf, type Desk, note, releaseOf } from './desk.ts';
import { isHopeless } from './cluster.ts';
import { freeRelease } from './edge.ts';
import type { Release } from './journal.ts';
import { lineOf, ReleaseProblem } from './problem.ts';
import { within } from './time.ts';
import { asleep, merged, replicasIn, valuesOfNewHouse } from './values.ts';

/**
 * Installs the new house beside the old one, lets its migrations run, and waits until all its pods are ready. They start one
 * service after the other: fourteen Node.js programs that start at once take a small machine away from those who write.
 */
export const prepare = async (desk: Desk, release: Release): Promise<void> => {
  const { helm, cluster, options, signal } = desk;
  const name = releaseOf(release.to);
  const chart = chartOf(desk, 'authorworks');
  await freeRelease(helm, cluster, { release: name, signal });
  const pinned = release.from ? ((await helm.values(releaseOf(release.from))) ?? {}) : {};
  const values = valuesOfNewHouse(release.to, options.version, { pinned, given: options.given });
  const isBeside = release.from !== undefined && release.revision === undefined;
  try {
    if (release.revision === undefined) await helm.upgrade(name, chart, isBeside ? asleep(values) : values);
    else await helm.rollback(name, release.revision);
  } catch (error) {
    const migration = await cluster.complaintOf((await cluster.podsOfJob(`migrate-${release.to}`)).slice(0, 1));
    throw new ReleaseProblem(migration === undefined ? lineOf(error) : `the migrations failed: ${migration}`);
  }
  await note(desk, release, `${name} is installed and migrated; its pods start`);
  const began = performance.now();
  if (isBeside) {
    for (const [service, replicas] of replicasIn(merged(await helm.defaults(chart), values))) {
      await cluster.scale(`${service}-${release.to}`, replicas);
      await untilReady(desk, release);
    }
    // from now on Helm says itself how many pods there are; the migrations have run
    await helm.upgrade(name, chart, values, { withHooks: false });
  }
  await untilReady(desk, release);
  desk.say(`all pods of the ${release.to} house are ready after ${((performance.now() - began) / 1000).toFixed(0)} s`);
};

/** Waits until all pods that are wanted at the moment are ready. */
const untilReady = async (desk: Desk, { to }: Release): Promise<void> => {
  const { cluster, options, signal } = desk;
  const ready = await within(options.readySeconds, signal, async () => {
    const [pods, deployments] = await Promise.all([cluster.pods(to), cluster.deployments(to)]);
    const hopeless = pods.filter((pod) => !pod.isEnding && isHopeless(pod));
    if (hopeless.length > 0) throw new ReleaseProblem((await cluster.complaintOf(hopeless)) ?? 'a pod cannot start');
    const waiting = deployments.filter(({ metadata, spec, status }) => {
      const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
      const wanted = spec?.replicas ?? 1;
      return !isSeen || (status?.updatedReplicas ?? 0) < wanted || (status?.availableReplicas ?? 0) < wanted;
    });
    return deployments.length > 0 && waiting.length === 0 ? true : undefined;
  });
  if (!ready) {
    const pods = (await cluster.pods(to)).filter(({ isReady, isEnding }) => !isReady && !isEnding);
    const complaint = await cluster.complaintOf(pods);
    throw new ReleaseProblem(`not ready after ${options.readySeconds} s: ${complaint ?? 'no pod says why'}`);
  }
};
