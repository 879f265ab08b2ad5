import { type Client, createClient, defineTask, jobsApi, type JobsApi, type Run } from '@authorworks/contracts';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  type TestService,
} from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobsContext } from '../src/context.ts';
import { jobs } from '../src/index.ts';
import { isOver } from './kit/house.ts';
import { type Lab, openLab } from './kit/lab.ts';
import { tableOf } from './kit/table.ts';

const taskOf = (name: string, attempts = 1) =>
  defineTask({
    type: `test.${name}`,
    summary: name,
    input: z.looseObject({}),
    output: z.looseObject({}),
    attempts,
    timeoutMs: 120_000,
    placement: 'pi',
    memoryMiB: { request: 32, limit: 96 },
    cpuMillis: { request: 10, limit: 1000 },
    schedule: '0 4 1 1 *',
  });

const tasks = ['count', 'eat', 'slow', 'fail', 'long', 'orphan', 'huge', 'forever'].map((name) =>
  taskOf(name, name === 'fail' ? 2 : 1),
);

const LEAVE = `const leave = (result) => require('fs').writeFileSync('/dev/termination-log', JSON.stringify(result));`;
const COUNT = `${LEAVE} const { to } = JSON.parse(process.env.TASK_INPUT);
for (let n = 1; n <= to; n += 1) { console.log('counted ' + n); console.log('::task ' + JSON.stringify({ progress: n / to * 100, note: 'at ' + n })); }
leave({ output: { counted: to } });`;
const LONG = `${LEAVE} let n = 0; const t = setInterval(() => { n += 1; console.log('tick ' + n); if (n === 20) { clearInterval(t); leave({ output: { ticks: n } }); } }, 500);`;

describe('tasks as Jobs of Kubernetes', { timeout: 240_000 }, () => {
  let lab: Lab;
  let servers: Awaited<ReturnType<typeof startTestServers>>;
  let issuer: Awaited<ReturnType<typeof startTestIssuer>>;
  let service: TestService;
  let operator: Client<JobsApi>;
  let kubeconfig: string;

  const start = async (): Promise<TestService> =>
    await startTestService(jobs, servers, {
      variables: {
        RUNNER: 'kubernetes',
        KUBERNETES_NAMESPACE: lab.namespace,
        KUBECONFIG: kubeconfig,
        CONSOLE_NAMESPACES: 'kube-system',
        CONCURRENT_RUNS: '7',
      },
      neighbours: { user: issuer.url },
      overrides: { tasks: tableOf(tasks) },
    });

  beforeAll(async () => {
    [lab, servers, issuer] = await Promise.all([openLab(), startTestServers(), startTestIssuer()]);
    kubeconfig = await lab.kubeconfigOf(servers.directory);
    await lab.addTemplate('test.count', COUNT);
    await lab.addTemplate('test.eat', `const kept = []; setInterval(() => kept.push(Buffer.alloc(16e6, 1)), 20);`);
    await lab.addTemplate('test.slow', `console.log('slow'); setInterval(() => 0, 1000);`, { seconds: 8 });
    await lab.addTemplate('test.fail', `console.log('about to fail'); process.exit(3);`);
    await lab.addTemplate('test.long', LONG);
    await lab.addTemplate('test.forever', `console.log('on and on'); setInterval(() => 0, 1000);`);
    await lab.addTemplate('test.huge', `console.log('never');`, { memory: '900Gi' });
    service = await start();
    const token = await issuer.tokenFor({ roles: ['operator'], lifetimeSeconds: 6_000 });
    operator = createClient(jobsApi, {
      baseUrl: () => service.url,
      headers: () => ({ authorization: `Bearer ${token}` }),
    });
  });
  afterAll(async () => {
    await service?.close();
    await lab?.remove();
    await issuer?.stop();
    await servers?.stop();
  });

  const until = async (id: Run['id'], wanted: (run: Run) => boolean): Promise<Run> =>
    await eventually(async () => {
      const run = await operator.readRun({ params: { runId: id } });
      if (!wanted(run)) throw new Error(`the run is ${JSON.stringify(run)}`);
      return run;
    }, 120_000);
  const begin = async (name: string, input: object = {}): Promise<Run> =>
    await operator.createRun({ body: { task: `test.${name}`, input } });
  const logOf = async (runId: Run['id']): Promise<string> => (await operator.readRunLog({ params: { runId } })).text;
  const jobsOf = async (runId: Run['id']) =>
    (await lab.batch.listNamespacedJob({ namespace: lab.namespace })).items.filter(({ metadata }) =>
      metadata?.name?.includes(runId.replaceAll('-', '')),
    );

  it('run on a Pi with the rights of the chart, tell of themselves, and leave output and log', async () => {
    const { id } = await begin('count', { to: 3 });
    const run = await until(id, isOver);
    expect(run).toMatchObject({ status: 'succeeded', output: { counted: 3 }, progress: 100, note: 'at 3' });
    expect(run.history).toMatchObject([
      { number: 1, status: 'succeeded', node: expect.stringMatching(/^pi-/) as string },
    ]);
    expect(await logOf(id)).toBe('counted 1\ncounted 2\ncounted 3\n');
    const [job] = await jobsOf(id);
    expect(job?.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 120, ttlSecondsAfterFinished: 3_600 });
    expect(job?.metadata?.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'task-test-count' }]);
  });

  it.each([
    ['more memory than they may take', 'eat', 'JOBS_OUT_OF_MEMORY'],
    ['more time than they may take', 'slow', 'JOBS_TOOK_TOO_LONG'],
  ])('with %s are ended, and parked', async (_, name, code) => {
    expect(await until((await begin(name)).id, isOver)).toMatchObject({ status: 'failed', error: { code } });
  });

  it('that fail are tried again by a Job of their own, then parked', async () => {
    const { id } = await begin('fail');
    await until(id, ({ attempts }) => attempts === 1);
    await (service.context as JobsContext).postgres.sql.query('UPDATE run SET run_at = now() WHERE id = $1::uuid', [
      id,
    ]);
    const run = await until(id, isOver);
    expect(run).toMatchObject({ status: 'failed', history: [{ note: 'exit code 3' }, { note: 'exit code 3' }] });
    expect(await jobsOf(id)).toHaveLength(2);
    expect(await logOf(id)).toBe('about to fail\n');
  });

  it('go on while the service is away, and are found again: nothing runs twice, no line is lost', async () => {
    const { id } = await begin('long');
    await until(id, ({ history }) => history[0]?.status === 'running');
    await eventually(async () => expect(await logOf(id)).toContain('tick 2'), 60_000);
    await service.close();
    service = await start();
    const run = await until(id, isOver);
    expect(run).toMatchObject({ status: 'succeeded', output: { ticks: 20 }, attempts: 1, history: { length: 1 } });
    expect(await logOf(id)).toBe(Array.from({ length: 20 }, (_, index) => `tick ${index + 1}\n`).join(''));
    expect(await jobsOf(id)).toHaveLength(1);
  });

  it('are started once, however often it is tried', async () => {
    const { runner } = service.context as JobsContext;
    const [task] = tasks;
    if (!task) throw new Error('there is a first task');
    const runId = '0193a6b4-0000-7000-8000-0000000000bb' as Run['id'];
    const launch = { name: `task-${runId.replaceAll('-', '')}-1`, runId, task, input: { to: 1 }, checkpoint: null };
    // while nobody looks: what no row wants is ended when somebody does
    await service.close();
    await Promise.all([runner.start(launch), runner.start(launch), runner.start(launch)]);
    expect(await jobsOf(runId)).toHaveLength(1);
    service = await start();
    await eventually(async () => {
      const [job] = await jobsOf(runId);
      expect(job === undefined || job.status?.completionTime !== undefined || job.status?.failed === 1).toBe(true);
    }, 60_000);
  });

  it('that are stopped are gone', async () => {
    const { id } = await begin('forever');
    await until(id, ({ history }) => history[0]?.status === 'running');
    await operator.cancelRun({ params: { runId: id } });
    expect(await until(id, isOver)).toMatchObject({ status: 'cancelled', error: null });
    await eventually(async () => expect(await jobsOf(id)).toEqual([]), 60_000);
  });

  it('whose pod is taken away are run again, and lose no try', async () => {
    const { id } = await begin('forever');
    const first = await until(id, ({ history }) => history[0]?.status === 'running' && history[0]?.node !== null);
    const labelSelector = `authorworks.io/attempt=task-${id.replaceAll('-', '')}-1`;
    await lab.core.deleteCollectionNamespacedPod({ namespace: lab.namespace, labelSelector, gracePeriodSeconds: 0 });
    const run = await until(id, ({ history }) => history.length > 1);
    expect(run).toMatchObject({ attempts: 0, history: [{ number: 1, status: 'interrupted' }, { number: 2 }] });
    expect(first.history).toHaveLength(1);
    await operator.cancelRun({ params: { runId: id } });
    await until(id, isOver);
  });

  it('for which there is no room say so while they wait', async () => {
    const { id } = await begin('huge');
    const run = await until(id, ({ history }) => /nodes are available/.test(history[0]?.note ?? ''));
    expect(run.status).toBe('running');
    await operator.cancelRun({ params: { runId: id } });
    await until(id, isOver);
  });

  it('that the chart does not know are parked with the reason', async () => {
    const run = await until((await begin('orphan')).id, isOver);
    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'JOBS_CANNOT_START', message: expect.stringContaining('no template for test.orphan') as string },
    });
  });

  it('show operators what is in the namespace, and tell what they may not see', async () => {
    const seen = await operator.readHouse();
    expect(seen.mode).toBe('kubernetes');
    expect(seen.pods.some(({ service: name, namespace }) => name === 'task' && namespace === lab.namespace)).toBe(true);
    expect(seen.pods.every(({ namespace }) => namespace === lab.namespace)).toBe(true);
    expect(seen.gaps.map(({ what, why, namespace }) => `${what} ${why} ${namespace}`)).toEqual(
      expect.arrayContaining(['nodes forbidden null', 'pods forbidden kube-system']),
    );
    const { events, gaps } = await operator.listHouseEvents();
    expect(events.some(({ reason }) => reason === 'SuccessfulCreate')).toBe(true);
    expect(gaps).toMatchObject([{ what: 'events', why: 'forbidden', namespace: 'kube-system' }]);
  });
});
