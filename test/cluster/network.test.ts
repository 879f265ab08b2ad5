import { builtServiceNames } from '@authorworks/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { allowedLinks, arrow } from '../charts/house-links.ts';
import { type PodState, podsIn, residents } from './lib/cluster.ts';
import { COLOUR, type Door, doorOfApiServer, doorsOfPods, doorsOfServices, knock } from './lib/connections.ts';
import { namespaces } from './lib/house.ts';
import { isLab } from './lib/lab.ts';
import { hasKubeRouter } from './lib/policies.ts';
import { printTable } from './lib/table.ts';

const TIMEOUT_MS = 3000;
/** For what should have opened: the machines of a test are slow. */
const PATIENT_MS = 15_000;
/** Said by the table of nobody; where this opens, the cluster takes no notice of NetworkPolicies. */
const FORBIDDEN = { from: 'web', to: 'postgres', port: 5432 } as const;
const allowed = new Set([...allowedLinks(), arrow('jobs', 'apiserver', 6443)]);

interface Try {
  readonly from: PodState;
  readonly to: Door;
  readonly isAllowed: boolean;
  readonly answer: string;
}

const named = ({ from, to, answer }: Try): string => `${arrow(from.app, to.app, to.port)} (${to.what}): ${answer}`;

/**
 * From a pod to all doors; of its own only to those that it needs, because what does not leave a pod is governed by no policy. Whoever did
 * not open is asked once more, where he should have.
 */
const tryAll = async (from: PodState, doors: readonly Door[]): Promise<Try[]> => {
  const own = from.object.metadata.labels?.[COLOUR];
  const isAllowed = ({ app, port, colour = own }: Door): boolean =>
    allowed.has(arrow(from.app, app, port)) && colour === own;
  const others = doors.filter((door) => door.app !== from.app || isAllowed(door));
  const first = await knock(
    from,
    others.map(({ address }) => address),
    TIMEOUT_MS,
  );
  const late = others.filter((door) => isAllowed(door) && first.get(door.address) !== 'open');
  const second =
    late.length === 0
      ? new Map<string, string>()
      : await knock(
          from,
          late.map(({ address }) => address),
          PATIENT_MS,
        );
  return others.map((to) => ({
    from,
    to,
    isAllowed: isAllowed(to),
    answer: second.get(to.address) ?? first.get(to.address) ?? 'not tried',
  }));
};

/** Whether one of them opens after all, given time. */
const opens = async (tries: readonly Try[]): Promise<boolean> => {
  for (const { from, to } of tries)
    if ((await knock(from, [to.address], PATIENT_MS)).get(to.address) === 'open') return true;
  return false;
};

describe('the network of a house in a cluster', () => {
  const tries: Try[] = [];
  let isEnforced = false;

  beforeAll(async () => {
    const pods = residents(await podsIn(Object.values(namespaces))).filter(({ isReady }) => isReady);
    // theirs are the images with Node in them
    const services = pods.filter(
      ({ app, object }) =>
        (builtServiceNames as readonly string[]).includes(app) &&
        object.metadata.labels?.['app.kubernetes.io/component'] === 'service',
    );
    const doors = [
      ...doorsOfPods(pods),
      ...(await doorsOfServices(Object.values(namespaces), pods)),
      await doorOfApiServer(),
    ];
    for (const from of services) tries.push(...(await tryAll(from, doors)));
    const forbidden = tries.filter(
      ({ from, to }) => from.app === FORBIDDEN.from && to.app === FORBIDDEN.to && to.port === FORBIDDEN.port,
    );
    expect(forbidden.length, 'somebody who surely may not speak to PostgreSQL, and PostgreSQL').toBeGreaterThan(0);
    isEnforced = !(await opens(forbidden));
    if (isLab() && hasKubeRouter) expect(isEnforced, 'the lab enforces NetworkPolicies').toBe(true);
    printTable(
      `${tries.length} connections were tried, from every pod of a service to every pod and Service`,
      services.map(({ app, name }) => {
        const own = tries.filter(({ from }) => from.name === name);
        const count = (ofAllowed: boolean, open: boolean) =>
          own.filter(({ isAllowed, answer }) => isAllowed === ofAllowed && (answer === 'open') === open).length;
        return {
          from: app,
          'allowed, open': count(true, true),
          'allowed, shut': count(true, false),
          'refused, open': count(false, true),
          'refused, shut': count(false, false),
        };
      }),
    );
  });

  it('has pods of every service, and doors of whatever they need', () => {
    expect([...new Set(tries.map(({ from }) => from.app))].toSorted()).toEqual(builtServiceNames.toSorted());
    const apps = new Set(tries.map(({ to }) => to.app));
    for (const app of ['postgres', 'redis', 'minio', 'prometheus', 'apiserver', ...builtServiceNames])
      expect(apps).toContain(app);
  });

  it('opens every connection that the table needs', () => {
    const needed = tries.filter(({ isAllowed }) => isAllowed);
    expect(needed.length).toBeGreaterThan(20);
    expect(needed.filter(({ answer }) => answer !== 'open').map(named)).toEqual([]);
  });

  it('refuses every other', ({ skip }) => {
    if (!isEnforced) {
      const why = `NOT TESTED: this cluster takes no notice of NetworkPolicies (${arrow(FORBIDDEN.from, FORBIDDEN.to, FORBIDDEN.port)} is open)`;
      console.warn(`\n${'!'.repeat(why.length)}\n${why}\n${'!'.repeat(why.length)}\n`);
      skip(why);
    }
    const others = tries.filter(({ isAllowed }) => !isAllowed);
    expect(others.length).toBeGreaterThan(20);
    expect(others.filter(({ answer }) => answer === 'open').map(named)).toEqual([]);
  });
});
