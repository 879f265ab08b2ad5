import type { Sql } from '@authorworks/platform/postgres';

/** How long a lease lasts that is not renewed: so long nothing happens after a crash. */
export const LEASE_SECONDS = 15;

/** Takes or renews a lease, by the clock of the database alone. @returns whether it is ours. */
export const holdLease = async (sql: Sql, name: string, holder: string): Promise<boolean> =>
  (
    await sql.query(
      `INSERT INTO lease (name, holder, until) VALUES ($1, $2::uuid, now() + interval '${LEASE_SECONDS} seconds')
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE lease.holder = excluded.holder OR lease.until < now() RETURNING 1 AS one`,
      [name, holder],
    )
  ).length > 0;

/** Lets the next one begin at once. */
export const dropLease = async (sql: Sql, name: string, holder: string): Promise<void> => {
  await sql.query('DELETE FROM lease WHERE name = $1 AND holder = $2::uuid', [name, holder]);
};
