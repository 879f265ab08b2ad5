import type { AccountId } from '@authorworks/contracts';
import type { Postgres, Sql } from '@authorworks/platform/postgres';
import type { YdocThreads } from '../ydoc-threads.ts';
import { packState, unpackSpan } from './history.ts';
import { insertSpan, type KeptSpan, readHistory } from './history-store.ts';

/** Documents that are thinned in one go; the others come the next time. */
const DOCUMENTS = 200;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Spans of one day that follow each other become one update. */
const mergeDay = async (
  postgres: Postgres,
  threads: YdocThreads,
  documentId: string,
  spans: readonly KeptSpan[],
): Promise<void> => {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return;
  const updates = (await Promise.all(spans.map(unpackSpan))).flat().map(({ data }) => data);
  const merged = {
    fromVersion: first.fromVersion,
    toVersion: last.toVersion,
    firstAt: first.firstAt,
    lastAt: last.lastAt,
    accountIds: [...new Set(spans.flatMap((span): readonly AccountId[] => span.accountIds))],
    data: await packState(await threads.merge(updates)),
  };
  await postgres.transaction(async (sql) => {
    const removed = await sql.query(
      `DELETE FROM scene_history WHERE document_id = $1::bigint AND kind = 'updates' AND from_version >= $2 AND to_version <= $3
       RETURNING from_version`,
      [documentId, first.fromVersion, last.toVersion],
    );
    // another replica was faster
    if (removed.length === spans.length) await insertSpan(sql, documentId, 'merged', merged);
    else if (removed.length > 0) throw new Error(`the history of document ${documentId} changed while it was thinned`);
  });
};

const oldDocuments = async (sql: Sql, days: number): Promise<string[]> => {
  const rows = await sql.query<{ document_id: string }>(
    `SELECT DISTINCT document_id FROM scene_history WHERE kind = 'updates' AND last_at < now() - $1 * interval '1 day' LIMIT $2`,
    [days, DOCUMENTS],
  );
  return rows.map((row) => row.document_id);
};

/**
 * Makes one change for each day of writing of all single changes that are older than `days`: a scrubber moves by days
 * there, and a book's past takes about as much room as what was ever typed into it.
 */
export const thinHistory = async (postgres: Postgres, threads: YdocThreads, days: number): Promise<void> => {
  const before = Date.now() - days * 24 * 60 * 60_000;
  for (const documentId of await oldDocuments(postgres.sql, days)) {
    const spans = (await readHistory(postgres.sql, documentId)).filter(
      ({ kind, lastAt }) => kind === 'updates' && lastAt.getTime() < before,
    );
    for (const day of Map.groupBy(spans, ({ lastAt }) => dayOf(lastAt)).values())
      await mergeDay(postgres, threads, documentId, day);
  }
};
