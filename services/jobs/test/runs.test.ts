import { readFileSync } from 'node:fs';
import type { Run } from '@authorworks/contracts';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobsContext } from '../src/context.ts';
import { isOver, type JobsHouse, logOf, refusal, startJobsHouse } from './kit/house.ts';
import { testTasks } from './kit/tasks.ts';

const NO_RUN = '0193a6b4-0000-7000-8000-000000000001' as Run['id'];

/** Whether a process lives: not ended, and not only waiting to be noticed. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a run of a task', () => {
  let house: JobsHouse;
  beforeAll(async () => {
    house = await startJobsHouse();
  });
  afterAll(async () => await house?.stop());

  it('is looked for now and then, not all the time, while there is none', async () => {
    const { postgres } = house.service().context as JobsContext;
    const looks = new Set<string>();
    for (let peek = 0; peek < 60; peek += 1) {
      const [lease] = await postgres.sql.query<{ until: string }>('SELECT until::text FROM lease');
      looks.add(lease?.until ?? '');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    // each look renews the lease; they are two seconds apart
    expect(looks.size).toBeLessThan(8);
  });

  it('runs, tells of itself, and leaves its output and its log', async () => {
    const begun = await house.run(testTasks.count, { to: 4 });
    expect(begun).toMatchObject({ cause: 'operator', attempts: 0, maxAttempts: 3, input: { to: 4 }, output: null });
    const run = await house.until(begun.id, isOver);
    expect(run).toMatchObject({
      status: 'succeeded',
      output: { counted: 4 },
      progress: 100,
      note: 'at 4',
      attempts: 1,
    });
    expect(run.history).toMatchObject([{ number: 1, status: 'succeeded' }]);
    expect(await logOf(house.operator, run.id)).toBe('counted 1\ncounted 2\ncounted 3\ncounted 4\n');
  });

  it('is listed newest first, by task and status, page by page', async () => {
    for (let count = 0; count < 3; count += 1) await house.until((await house.run(testTasks.count)).id, isOver);
    const query = { task: testTasks.count.type, status: 'succeeded', limit: 2 } as const;
    const first = await house.operator.listRuns({ query });
    expect(first.data).toHaveLength(2);
    const second = await house.operator.listRuns({ query: { ...query, cursor: first.pagination.nextCursor ?? '' } });
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(ids.length);
    expect((await house.operator.listRuns({ query: { task: 'test.nothing' } })).data).toEqual([]);
  });

  it('refuses what is no task, no input, no run, no cursor', async () => {
    const { operator } = house;
    expect(await refusal(operator.createRun({ body: { task: 'test.nothing' } }))).toMatchObject({
      status: 404,
      code: 'JOBS_TASK_NOT_FOUND',
    });
    expect(await refusal(operator.createRun({ body: { task: testTasks.count.type, input: { to: 'many' } } }))).toEqual({
      status: 400,
      code: 'JOBS_INPUT_INVALID',
      message: expect.stringContaining('body.input.to') as string,
    });
    const notFound = { status: 404, code: 'JOBS_RUN_NOT_FOUND' };
    const params = { runId: NO_RUN };
    expect(await refusal(operator.readRun({ params }))).toMatchObject(notFound);
    expect(await refusal(operator.readRunLog({ params }))).toMatchObject(notFound);
    expect(await refusal(operator.cancelRun({ params }))).toMatchObject(notFound);
    expect(await refusal(operator.retryRun({ params }))).toMatchObject(notFound);
    expect(await refusal(operator.listRuns({ query: { cursor: 'x' } }))).toMatchObject({ code: 'REQUEST_INVALID' });
    const { id } = await house.run(testTasks.count);
    expect(await refusal(operator.readRunLog({ params: { runId: id }, query: { after: 'x' } }))).toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  it('begins once, however often its key is sent', async () => {
    const options = { idempotencyKey: 'the-same-click' };
    const body = { task: testTasks.count.type };
    const [one, two] = [
      await house.operator.createRun({ body }, options),
      await house.operator.createRun({ body }, options),
    ];
    expect(two.id).toBe(one.id);
  });

  it('that fails is tried again, then parked with its log; an operator can run it again or give it up', async () => {
    const { id } = await house.run(testTasks.fail);
    await house.until(id, ({ attempts }) => attempts === 1);
    await house.hurry();
    const parked = await house.until(id, isOver);
    expect(parked).toMatchObject({
      status: 'failed',
      attempts: 2,
      error: { code: 'INTERNAL', message: 'the barn door is open' },
      history: [
        { number: 1, status: 'failed', note: 'exit code 1' },
        { number: 2, status: 'failed' },
      ],
    });
    for (const attempt of [1, 2]) expect(await logOf(house.operator, id, attempt)).toContain('about to fail');
    const params = { runId: id };
    const again = await house.operator.retryRun({ params });
    // it may run before the answer is written
    expect(again).toMatchObject({ status: expect.stringMatching(/^(queued|running)$/) as string, error: null });
    // a second click of two
    expect(['queued', 'running']).toContain((await house.operator.readRun({ params })).status);
    await house.until(id, ({ attempts }) => attempts === 1);
    await house.hurry();
    expect(await house.until(id, isOver)).toMatchObject({ status: 'failed', history: { length: 4 } });
    expect(await house.operator.cancelRun({ params })).toMatchObject({ status: 'cancelled' });
    expect(await house.operator.cancelRun({ params })).toMatchObject({ status: 'cancelled' });
  });

  it('that is refused by its task is parked at once: it would be again', async () => {
    const run = await house.until((await house.run(testTasks.refuse)).id, isOver);
    expect(run).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'JOBS_INPUT_INVALID', message: 'not like this' },
    });
  });

  it('goes on from what an earlier try has saved', async () => {
    const { id } = await house.run(testTasks.resume);
    await house.until(id, ({ attempts }) => attempts === 1);
    await house.hurry();
    expect(await house.until(id, isOver)).toMatchObject({ status: 'succeeded', output: { from: 7 } });
  });

  it.each([
    ['an endless loop that is deaf to everything', testTasks.spin, 'JOBS_TOOK_TOO_LONG'],
    ['more memory than it may take', testTasks.eat, 'JOBS_OUT_OF_MEMORY'],
    ['a heap that is full', testTasks.heap, 'JOBS_OUT_OF_MEMORY'],
  ])('with %s is ended, and parked', async (_, task, code) => {
    const run = await house.until((await house.run(task)).id, isOver);
    expect(run).toMatchObject({ status: 'failed', error: { code } });
  });

  it('is not held up by others that never end', async () => {
    const stuck = await house.run(testTasks.deaf);
    await house.until(stuck.id, ({ status }) => status === 'running');
    const quick = await house.run(testTasks.count);
    expect(await house.until(quick.id, isOver)).toMatchObject({ status: 'succeeded' });
    await house.operator.cancelRun({ params: { runId: stuck.id } });
    expect(await house.until(stuck.id, isOver)).toMatchObject({ status: 'cancelled' });
  });

  it('can be stopped, with everything that it has started', async () => {
    const { id } = await house.run(testTasks.family);
    const log = await eventually(async () => {
      const text = await logOf(house.operator, id);
      if (!text.includes('child')) throw new Error('nothing is said yet');
      return text;
    });
    const child = Number(/child (\d+)/.exec(log)?.[1]);
    expect(lives(child)).toBe(true);
    expect(await refusal(house.operator.retryRun({ params: { runId: id } }))).toMatchObject({
      status: 409,
      code: 'JOBS_RUN_NOT_OVER',
    });
    await house.operator.cancelRun({ params: { runId: id } });
    expect(await house.until(id, isOver)).toMatchObject({ status: 'cancelled', error: null });
    await eventually(() => expect(lives(child)).toBe(false));
  });

  it('that waits is stopped at once', async () => {
    const first = await house.run(testTasks.wait);
    await house.until(first.id, ({ status }) => status === 'running');
    // of one task there is one run at a time
    const second = await house.run(testTasks.wait);
    expect((await house.operator.cancelRun({ params: { runId: second.id } })).status).toBe('cancelled');
    await house.operator.cancelRun({ params: { runId: first.id } });
    await house.until(first.id, isOver);
  });

  it('may print as much as it likes: the end of it is kept', async () => {
    const run = await house.until((await house.run(testTasks.babble)).id, isOver);
    expect(run).toMatchObject({ status: 'succeeded', history: [{ logTruncated: true }] });
    const text = await logOf(house.operator, run.id);
    expect(text.length).toBeLessThan(300 * 1024);
    expect(text.endsWith('::task {"progress": "much"}\nthe end\n')).toBe(true);
    expect(text).toContain('line 39999');
    expect(text).toContain('nul � and a long line');
  });

  it('can be followed while it prints', async () => {
    const { id } = await house.run(testTasks.wait);
    const params = { runId: id };
    const first = await eventually(async () => {
      const log = await house.operator.readRunLog({ params });
      if (log.text === '') throw new Error('nothing is said yet');
      return log;
    });
    expect(first).toMatchObject({ text: 'waiting\n', ended: false, truncated: false });
    expect(await house.operator.readRunLog({ params, query: { after: first.next } })).toEqual({ ...first, text: '' });
    await house.operator.cancelRun({ params });
    await house.until(id, isOver);
    expect((await house.operator.readRunLog({ params, query: { after: first.next } })).ended).toBe(true);
  });

  it('that succeeded is neither stopped nor run again', async () => {
    const { id } = await house.until((await house.run(testTasks.count)).id, isOver);
    const code = 'JOBS_RUN_SUCCEEDED';
    expect(await refusal(house.operator.cancelRun({ params: { runId: id } }))).toMatchObject({ status: 409, code });
    expect(await refusal(house.operator.retryRun({ params: { runId: id } }))).toMatchObject({ status: 409, code });
  });
});
