import type { Sql } from '@authorworks/platform/postgres';

/** Of each attempt the end is kept, because that is where errors stand. */
const KEPT_CHARACTERS = 256 * 1024;
const PART_CHARACTERS = 16 * 1024;

const partsOf = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / PART_CHARACTERS) }, (_, index) =>
    text.slice(index * PART_CHARACTERS, (index + 1) * PART_CHARACTERS),
  );

interface Attempt {
  readonly runId: string;
  readonly number: number;
}

/** Adds what was read of a log, and remembers up to where; both or neither. */
export const appendLog = async (
  sql: Sql,
  { runId, number }: Attempt,
  piece: { readonly text: string; readonly mark: string; readonly skipped: boolean },
): Promise<void> => {
  await sql.query(
    `WITH marked AS (
       UPDATE attempt SET log_mark = $3, log_truncated = log_truncated OR $4 WHERE run_id = $1::uuid AND number = $2 RETURNING 1)
     INSERT INTO log_part (run_id, attempt, text)
     SELECT $1::uuid, $2, part FROM marked, unnest($5::text[]) WITH ORDINALITY AS parts (part, place) ORDER BY place`,
    [runId, number, piece.mark, piece.skipped, partsOf(piece.text)],
  );
  const dropped = await sql.query(
    `DELETE FROM log_part WHERE run_id = $1::uuid AND attempt = $2 AND seq IN (
       SELECT seq FROM (SELECT seq, sum(length(text)) OVER (ORDER BY seq DESC) AS behind FROM log_part WHERE run_id = $1::uuid AND attempt = $2) AS sums
       WHERE behind > $3) RETURNING 1 AS one`,
    [runId, number, KEPT_CHARACTERS],
  );
  if (dropped.length > 0)
    await sql.query('UPDATE attempt SET log_truncated = true WHERE run_id = $1::uuid AND number = $2', [runId, number]);
};

export interface LogTail {
  readonly text: string;
  /** The last piece that is in the text. */
  readonly last: string;
  /** The first piece that is kept at all. */
  readonly first: string | null;
}

/** What was added behind a piece. */
export const readLogParts = async (sql: Sql, { runId, number }: Attempt, after: string): Promise<LogTail> => {
  const rows = await sql.query<{ mark: string; text: string }>(
    `SELECT seq::text AS mark, text FROM log_part WHERE run_id = $1::uuid AND attempt = $2 AND seq > $3::bigint ORDER BY seq`,
    [runId, number, after],
  );
  const [oldest] = await sql.query<{ seq: string | null }>(
    `SELECT min(seq)::text AS seq FROM log_part WHERE run_id = $1::uuid AND attempt = $2`,
    [runId, number],
  );
  return { text: rows.map(({ text }) => text).join(''), last: rows.at(-1)?.mark ?? after, first: oldest?.seq ?? null };
};
