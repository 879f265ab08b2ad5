import { type Client, createClient, type JobsApi, jobsApi, jobsTasks, userApi } from '@authorworks/contracts';
import { describe, expect, inject, it } from 'vitest';
import { kubectl, list, podsIn, residents, within } from './lib/cluster.ts';
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

const signInOperator = async (): Promise<Client<JobsApi>> => {
  const { OPERATOR_EMAIL: email = '', OPERATOR_PASSWORD: password = '' } = process.env;
  const { accessToken } = await createClient(userApi, { baseUrl: house }).createSession({ body: { email, password } });
  return createClient(jobsApi, { baseUrl: house, headers: () => ({ authorization: `Bearer ${accessToken}` }) });
};

/** Takes the power from a Pi when a task has just come to it, whose pod needs some seconds to start. */
const stopUnderTask = async (node: string, operator: Client<JobsApi>): Promise<string> => {
  const others = [...(await poolsOfNodes())].flatMap(([name, pool]) => (pool === 'pi' && name !== node ? [name] : []));
  try {
    await kubectl(['cordon', ...others]);
    const { id } = await operator.createRun({ body: { task: jobsTasks.checkHouse.type } });
    const attempt = `authorworks.io/attempt=task-${id.replaceAll('-', '')}-1`;
    for (const until = Date.now() + 30_000; Date.now() < until; ) {
      const [pod] = await list('pods', namespaces.app, '--selector', attempt);
      if ((pod?.spec as { nodeName?: string } | undefined)?.nodeName !== node) continue;
      await stopNode(node);
      return id;
    }
    throw new Error(`the task did not come to ${node}`);
  } finally {
    await kubectl(['uncordon', ...others]);
  }
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
    const operator = await signInOperator();
    const crowd = await startCrowd(house, CROWD);
    const began = performance.now();
    let happened: Happened;
    let seconds: number;
    let runId: string;
    try {
      runId = await stopUnderTask(dead, operator);
      await within(2 * ELSEWHERE_WITHIN_SECONDS, `${moving.join(', ')} elsewhere`, async () => {
        const now = await workers();
        const isElsewhere = (app: string): boolean =>
          now.some((pod) => pod.app === app && pod.node !== dead && pod.isReady);
        return moving.every(isElsewhere) ? true : undefined;
      });
      await within(ELSEWHERE_WITHIN_SECONDS, 'the task elsewhere', async () => {
        // who runs tasks may have been on this Pi too
        const run = await operator.readRun({ params: { runId } }).catch(() => undefined);
        return run?.status === 'succeeded' ? true : undefined;
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
    console.log(`${dead} lost its power: ${moving.join(', ')} and a task ran elsewhere after ${seconds.toFixed(0)} s`);
    expect(seconds).toBeLessThan(ELSEWHERE_WITHIN_SECONDS);
    const { attempts, history } = await operator.readRun({ params: { runId } });
    expect(history).toMatchObject([
      { number: 1, status: 'interrupted', node: dead },
      { number: 2, status: 'succeeded' },
    ]);
    expect(history[1]?.node).not.toBe(dead);
    expect(attempts).toBe(1);
    const { words, pages, uploads, lost, doubled, failures } = happened;
    expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
    expect(Math.min(words, pages, uploads)).toBeGreaterThan(0);
    await untilReady(120);
  });
});
