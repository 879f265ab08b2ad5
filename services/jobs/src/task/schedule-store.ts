import type { Sql } from '@authorworks/platform/postgres';

export interface ScheduleRow {
  readonly task: string;
  readonly enabled: boolean;
  readonly seenUntil: Date;
}

/** Tasks that are new are looked at from now on: nothing is due that was before them. */
export const ensureSchedules = async (sql: Sql, tasks: readonly string[], now: Date): Promise<void> => {
  await sql.query(
    'INSERT INTO schedule (task, seen_until) SELECT unnest($1::text[]), $2 ON CONFLICT (task) DO NOTHING',
    [tasks, now],
  );
};

export const listSchedules = async (sql: Sql): Promise<ScheduleRow[]> =>
  await sql.query('SELECT task, enabled, seen_until AS "seenUntil" FROM schedule');

/** The row of a schedule, held until the transaction ends, so that of two who look one waits. */
export const lockSchedule = async (sql: Sql, task: string): Promise<ScheduleRow | undefined> =>
  (
    await sql.query<ScheduleRow>(
      'SELECT task, enabled, seen_until AS "seenUntil" FROM schedule WHERE task = $1 FOR UPDATE',
      [task],
    )
  )[0];

export const markSeen = async (sql: Sql, task: string, seenUntil: Date): Promise<void> => {
  await sql.query('UPDATE schedule SET seen_until = $2 WHERE task = $1', [task, seenUntil]);
};

/** While a schedule was off nothing was due: it goes on from now. */
export const switchSchedule = async (sql: Sql, task: string, enabled: boolean, now: Date): Promise<void> => {
  await sql.query(
    `INSERT INTO schedule (task, enabled, seen_until) VALUES ($1, $2, $3)
     ON CONFLICT (task) DO UPDATE SET enabled = excluded.enabled,
       seen_until = CASE WHEN schedule.enabled THEN schedule.seen_until ELSE excluded.seen_until END`,
    [task, enabled, now],
  );
};
