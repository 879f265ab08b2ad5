import type { IdempotencyStore, StoredAnswer } from '../http/idempotency.ts';
import type { Sql } from './sql.ts';

/** A first request that has not answered for this long is taken for dead, and its key can be used again. */
const ABANDONED = `interval '2 minutes'`;
/** Answers are remembered for this long. */
const KEPT = `interval '24 hours'`;

/** Keeps answers in the table `idempotency` of the service's schema. */
export const postgresIdempotency = (sql: Sql): IdempotencyStore => ({
  begin: async ({ accountId, operation, key, requestHash }) => {
    const started = await sql.query(
      `INSERT INTO idempotency AS kept (account_id, operation, key, request_hash) VALUES ($1, $2, $3, $4)
       ON CONFLICT (account_id, operation, key) DO UPDATE SET request_hash = excluded.request_hash, started_at = now(), status = NULL, body = NULL
         WHERE (kept.status IS NULL AND kept.started_at < now() - ${ABANDONED}) OR kept.started_at < now() - ${KEPT}
       RETURNING 1 AS one`,
      [accountId, operation, key, requestHash],
    );
    if (started.length > 0) return { state: 'started' };
    const [row] = await sql.query<{ request_hash: string; status: number | null; body: unknown }>(
      'SELECT request_hash, status, body FROM idempotency WHERE account_id = $1 AND operation = $2 AND key = $3',
      [accountId, operation, key],
    );
    if (!row) return { state: 'busy' };
    if (row.request_hash !== requestHash) return { state: 'different' };
    if (row.status === null) return { state: 'busy' };
    return { state: 'answered', answer: { status: row.status, body: (row.body as { value: unknown }).value } };
  },
  finish: async ({ accountId, operation, key }, answer: StoredAnswer) => {
    await sql.query(
      'UPDATE idempotency SET status = $4, body = $5::jsonb WHERE account_id = $1 AND operation = $2 AND key = $3',
      [
        accountId,
        operation,
        key,
        answer.status,
        // wrapped, because a body may be null, which jsonb keeps apart from SQL's NULL
        JSON.stringify({ value: answer.body }),
      ],
    );
  },
  abandon: async ({ accountId, operation, key }) => {
    await sql.query(
      'DELETE FROM idempotency WHERE account_id = $1 AND operation = $2 AND key = $3 AND status IS NULL',
      [accountId, operation, key],
    );
  },
});

export const sweepIdempotency = async (sql: Sql): Promise<void> => {
  await sql.query(`DELETE FROM idempotency WHERE started_at < now() - ${KEPT}`);
};
