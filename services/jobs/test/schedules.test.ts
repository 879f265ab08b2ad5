import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobsContext } from '../src/context.ts';
import { insertRun } from '../src/run/run-store.ts';
import { startScheduler } from '../src/task/scheduler.ts';
import { type JobsHouse, refusal, startJobsHouse, tableOf } from './kit/house.ts';
import { testTasks } from './kit/tasks.ts';

const DAY_MS = 24 * 60 * 60_000;

describe('tasks by the clock', () => {
  let house: JobsHouse;
  let look: () => Promise<void>;
  beforeAll(async () => {
    house = await startJobsHouse({ variables: { TIME_ZONE: 'Europe/Berlin' }, tasks: [testTasks.count] });
    const context = house.service().context as JobsContext;
    ({ look } = startScheduler({
      base: context,
      postgres: context.postgres,
      tasks: tableOf([testTasks.count]),
      timeZone: 'Europe/Berlin',
    }));
    await look();
  });
  afterAll(async () => await house?.stop());

  const scheduled = async () =>
    (await house.operator.listRuns({ query: { task: testTasks.count.type, limit: 100 } })).data.filter(
      ({ cause }) => cause === 'schedule',
    );
  const countIs = async (count: number): Promise<void> => expect(await scheduled()).toHaveLength(count);
  const settled = async (): Promise<void> =>
    await eventually(
      async () => expect((await scheduled()).every(({ status }) => status === 'succeeded')).toBe(true),
      40_000,
    );

  it('do not run for times before there was a schedule', async () => {
    await look();
    await countIs(0);
    const task = (await house.operator.listTasks()).find(({ type }) => type === testTasks.count.type);
    expect(task).toMatchObject({ enabled: true, timeZone: 'Europe/Berlin', schedule: '0 4 * * *', lastRun: null });
    expect(new Date(task?.nextRunAt ?? 0).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' })).toBe('04:00:00');
  });

  it('run once for all that was missed, however many look', async () => {
    house.moveClock(5 * DAY_MS);
    await Promise.all([look(), look(), look()]);
    await countIs(1);
    await settled();
  });

  it('run neither twice nor never when the clock is set', async () => {
    house.moveClock(-2 * 60 * 60_000);
    await look();
    house.moveClock(2 * 60 * 60_000);
    await look();
    await countIs(1);
    house.moveClock(DAY_MS);
    await look();
    await countIs(2);
    await settled();
    // a clock that was wrong by a month, and is right again
    house.moveClock(30 * DAY_MS);
    await look();
    await countIs(3);
    await settled();
    house.moveClock(-30 * DAY_MS);
    await look();
    house.moveClock(DAY_MS);
    await look();
    await countIs(4);
    await settled();
  });

  it('wait while the run before is under way', async () => {
    const { postgres } = house.service().context as JobsContext;
    const id = '0193a6b4-0000-7000-8000-0000000000aa';
    const open = { id, task: testTasks.count.type, key: null, input: {}, maxAttempts: 1, createdBy: null } as const;
    await insertRun(postgres.sql, { ...open, cause: 'schedule' });
    await postgres.sql.query(`UPDATE run SET run_at = now() + interval '1 hour' WHERE id = $1::uuid`, [id]);
    house.moveClock(DAY_MS);
    await look();
    await countIs(5);
    await postgres.sql.query('DELETE FROM run WHERE id = $1::uuid', [id]);
    await look();
    await countIs(5);
    await settled();
  });

  it('can be switched off, and go on from now when they are switched on', async () => {
    const params = { task: testTasks.count.type };
    expect(await house.operator.updateTask({ params, body: { enabled: false } })).toMatchObject({
      enabled: false,
      nextRunAt: null,
    });
    house.moveClock(3 * DAY_MS);
    await look();
    await countIs(5);
    const on = await house.operator.updateTask({ params, body: { enabled: true } });
    expect(on).toMatchObject({ enabled: true });
    expect(Date.parse(on.nextRunAt ?? '')).toBeGreaterThan(0);
    await look();
    await countIs(5);
    house.moveClock(DAY_MS);
    await look();
    await countIs(6);
    expect(
      await refusal(house.operator.updateTask({ params: { task: 'test.nothing' }, body: { enabled: true } })),
    ).toMatchObject({
      status: 404,
      code: 'JOBS_TASK_NOT_FOUND',
    });
  });
});
