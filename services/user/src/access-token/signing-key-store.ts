import type { Sql } from '@authorworks/platform/postgres';
import type { JWK } from 'jose';

/** A row of a signing key. */
export interface KeptKey {
  readonly id: string;
  readonly publicJwk: JWK;
  /** Encrypted. */
  readonly privateJwk: string;
  readonly signsFrom: Date;
}

export const readKeys = async (sql: Sql): Promise<KeptKey[]> =>
  await sql.query<KeptKey>(
    `SELECT id, public_jwk AS "publicJwk", private_jwk AS "privateJwk", signs_from AS "signsFrom" FROM signing_key ORDER BY signs_from, id`,
  );

/** One replica at a time plans keys, until the transaction ends. */
export const lockKeys = async (sql: Sql): Promise<void> => {
  await sql.query(`SELECT pg_advisory_xact_lock(hashtext('user signing keys'))`);
};

export const insertKey = async (sql: Sql, key: KeptKey, now: Date): Promise<void> => {
  await sql.query(
    'INSERT INTO signing_key (id, public_jwk, private_jwk, signs_from, created_at) VALUES ($1, $2::jsonb, $3, $4, $5)',
    [key.id, JSON.stringify(key.publicJwk), key.privateJwk, key.signsFrom, now],
  );
};

export const deleteKeys = async (sql: Sql, ids: readonly string[]): Promise<void> => {
  await sql.query('DELETE FROM signing_key WHERE id = ANY($1)', [ids]);
};
