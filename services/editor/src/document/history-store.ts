import type { AccountId } from '@authorworks/contracts';
import type { Sql } from '@authorworks/platform/postgres';
import type { Snapshot } from './document-store.ts';
import { type HistorySpan, packSpan, packState, type PastUpdate, SPAN_UPDATES } from './history.ts';

/** `seed`: the state that a document began with. `updates`: every change. `merged`: one change for the whole span. */
export type HistoryKind = 'seed' | 'updates' | 'merged';

export const insertSpan = async (sql: Sql, documentId: string, kind: HistoryKind, span: HistorySpan): Promise<void> => {
  await sql.query(
    `INSERT INTO scene_history (document_id, from_version, to_version, first_at, last_at, account_ids, kind, data)
     VALUES ($1::bigint, $2, $3, $4, $5, $6::uuid[], $7, $8)`,
    [
      documentId,
      span.fromVersion,
      span.toVersion,
      span.firstAt,
      span.lastAt,
      span.accountIds,
      kind,
      Buffer.from(span.data),
    ],
  );
};

interface SpanRow {
  readonly from_version: number;
  readonly to_version: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly account_ids: AccountId[];
  readonly kind: HistoryKind;
  readonly data: Buffer;
}

export type KeptSpan = HistorySpan & { readonly kind: HistoryKind };

/** What is kept of a document's past, oldest first. */
export const readHistory = async (sql: Sql, documentId: string): Promise<KeptSpan[]> => {
  const rows = await sql.query<SpanRow>(
    `SELECT from_version, to_version, first_at, last_at, account_ids, kind, data FROM scene_history
     WHERE document_id = $1::bigint ORDER BY from_version, kind = 'seed' DESC`,
    [documentId],
  );
  return rows.map((row) => ({
    fromVersion: row.from_version,
    toVersion: row.to_version,
    firstAt: row.first_at,
    lastAt: row.last_at,
    accountIds: row.account_ids,
    kind: row.kind,
    data: row.data,
  }));
};

/** Keeps the state that a document began with, when its first updates leave the tail. */
const keepSeed = async (sql: Sql, documentId: string): Promise<void> => {
  const [known] = await sql.query('SELECT 1 AS one FROM scene_history WHERE document_id = $1::bigint LIMIT 1', [
    documentId,
  ]);
  if (known) return;
  const [seed] = await sql.query<{ version: number; state: Buffer; taken_at: Date }>(
    'SELECT version, state, taken_at FROM scene_snapshot WHERE document_id = $1::bigint',
    [documentId],
  );
  if (!seed) return;
  const { version, taken_at: at } = seed;
  const data = await packState(seed.state);
  await insertSpan(sql, documentId, 'seed', {
    fromVersion: version,
    toVersion: version,
    firstAt: at,
    lastAt: at,
    accountIds: [],
    data,
  });
};

/**
 * Replaces a document's snapshot by a newer one and moves the updates that it contains from the tail into the history.
 * Updates that are appended meanwhile have higher versions and stay. To be called in a transaction.
 * @returns false when another replica has compacted as far already.
 */
export const storeCompacted = async (sql: Sql, documentId: string, snapshot: Snapshot): Promise<boolean> => {
  const [before] = await sql.query<{ version: number }>(
    'SELECT version FROM scene_snapshot WHERE document_id = $1::bigint FOR UPDATE',
    [documentId],
  );
  if (!before || before.version >= snapshot.version) return false;
  await keepSeed(sql, documentId);
  const rows = await sql.query<{ version: number; account_id: AccountId; committed_at: Date; data: Buffer }>(
    'DELETE FROM scene_update WHERE document_id = $1::bigint AND version <= $2 RETURNING version, account_id, committed_at, data',
    [documentId, snapshot.version],
  );
  if (rows.length !== snapshot.version - before.version)
    throw new Error(
      `The updates ${before.version + 1} to ${snapshot.version} of document ${documentId} are not all there`,
    );
  const updates = rows
    .sort((a, b) => a.version - b.version)
    .map(
      (row): PastUpdate => ({ version: row.version, accountId: row.account_id, at: row.committed_at, data: row.data }),
    );
  for (let begin = 0; begin < updates.length; begin += SPAN_UPDATES)
    await insertSpan(sql, documentId, 'updates', await packSpan(updates.slice(begin, begin + SPAN_UPDATES)));
  await sql.query(
    'UPDATE scene_snapshot SET version = $2, state = $3, state_vector = $4, taken_at = now() WHERE document_id = $1::bigint',
    [documentId, snapshot.version, Buffer.from(snapshot.state), Buffer.from(snapshot.stateVector)],
  );
  return true;
};
