import { builtServiceNames, type ServiceName } from '@authorworks/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { comeIn, type Person, startBook } from '../lib/people.ts';
import { Writers } from '../lib/writers.ts';
import { kubectl, type PodState, podsIn, residents, within } from './lib/cluster.ts';
import { namespaces, untilReady } from './lib/house.ts';
import { printTable } from './lib/table.ts';

const BACK_WITHIN_SECONDS = 60;
const house = inject('house');

const podOf = async (namespace: string, app: string): Promise<PodState> => {
  const [pod] = residents(await podsIn([namespace], '--selector', `app.kubernetes.io/name=${app}`));
  if (!pod) throw new Error(`there is no pod of ${app}`);
  return pod;
};
const uidOf = ({ object }: PodState): string => (object.metadata as { uid?: string }).uid ?? '';

/** Ends a pod as a crash does: SIGKILL after a second, whatever it is about to do. */
const kill = async ({ namespace, name }: PodState): Promise<void> =>
  void (await kubectl(['--namespace', namespace, 'delete', 'pod', name, '--grace-period=1', '--wait=false']));

/** What the gateway knows of a service; undefined when it does not answer itself. */
const stateOf = async (name: ServiceName): Promise<string | undefined> => {
  const answer = await fetch(`${house}/healthz`, { signal: AbortSignal.timeout(5000) });
  const { data } = (await answer.json()) as { data?: { services: { name: string; state: string }[] } };
  return data?.services.find((one) => one.name === name)?.state;
};

/** @returns seconds until another pod is ready and people reach it */
const untilBack = async (namespace: string, dead: PodState, reached: () => Promise<boolean>): Promise<number> => {
  const began = performance.now();
  await within(3 * BACK_WITHIN_SECONDS, `${dead.app} is back`, async () => {
    const now = await podOf(namespace, dead.app);
    return uidOf(now) !== uidOf(dead) && now.isReady && (await reached()) ? true : undefined;
  });
  return (performance.now() - began) / 1000;
};

describe('a pod that dies', () => {
  const rows: { readonly killed: string; readonly back: string; readonly note: string }[] = [];
  let mary: Person;
  let percy: Person;
  let sceneId: string;
  let writers: Writers;
  beforeAll(async () => {
    [mary, percy] = [await comeIn(() => house, 'Mary'), await comeIn(() => house, 'Percy')];
    const book = await startBook(mary, 'The House and its Pods');
    ({ sceneId } = book);
    const params = { bookId: book.bookId };
    await mary.content.addCollaborator({ params, body: { email: percy.email, role: 'co-author' } });
  });
  beforeEach(async () => {
    writers = await Writers.sitDown([mary, percy], sceneId);
    await writers.untilAcknowledged(20);
  });
  afterEach(() => writers.leave());
  afterAll(() => printTable('killed while two people typed: seconds until it was back', rows));

  /** Every word of those who typed meanwhile. */
  const check = async (): Promise<ReturnType<Writers['check']>> => {
    await writers.finish();
    // services without PostgreSQL are not ready, and are asked nothing for some seconds after it is back
    const { text } = await within(BACK_WITHIN_SECONDS, 'the text can be read', async () => {
      return await mary.content.readSceneText({ params: { sceneId }, query: { format: 'text' } });
    });
    return writers.check(text ?? '');
  };

  it.each(builtServiceNames)(`is back in less than ${BACK_WITHIN_SECONDS} s, and no word is lost: %s`, async (name) => {
    const dead = await podOf(namespaces.app, name);
    await kill(dead);
    const seconds = await untilBack(namespaces.app, dead, async () => (await stateOf(name)) === 'up');
    const { typed, lost, doubled } = await check();
    rows.push({ killed: name, back: `${seconds.toFixed(1)} s`, note: `${typed} words, ${lost.length} lost` });
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    expect(seconds).toBeLessThan(BACK_WITHIN_SECONDS);
  });

  it.each(['postgres', 'redis', 'minio'])('takes nothing with it that was acknowledged: %s', async (name) => {
    const dead = await podOf(namespaces.data, name);
    await kill(dead);
    const seconds = await untilBack(namespaces.data, dead, async () => true);
    await writers.untilAcknowledged(20);
    const { typed, lost, doubled } = await check();
    rows.push({ killed: name, back: `${seconds.toFixed(1)} s`, note: `${typed} words, ${lost.length} lost` });
    expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    await untilReady(BACK_WITHIN_SECONDS);
  });
});
