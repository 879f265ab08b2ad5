import type { AccountId, BookId, SceneId } from '@authorworks/contracts';
import type { Sql } from '@authorworks/platform/postgres';

/** What is known of a live document without its text. */
export interface DocumentHead {
  readonly documentId: string;
  readonly sceneId: SceneId;
  readonly bookId: BookId;
  readonly generation: string;
  /** Number of the last update. */
  readonly version: number;
  readonly announcedVersion: number;
}

export interface Snapshot {
  readonly version: number;
  /** Yjs v2 encoding. */
  readonly state: Uint8Array;
  readonly stateVector: Uint8Array;
}

/** One committed update in Yjs v1 encoding. */
export interface CommittedUpdate {
  readonly version: number;
  readonly data: Uint8Array;
}

export interface StoredDocument {
  readonly head: DocumentHead;
  readonly snapshot: Snapshot;
  /** Updates after the snapshot, without gaps. */
  readonly tail: readonly CommittedUpdate[];
}

const HEAD = 'd.id, d.scene_id, d.book_id, d.generation, d.version, d.announced_version';

interface HeadRow {
  readonly id: string;
  readonly scene_id: SceneId;
  readonly book_id: BookId;
  readonly generation: string;
  readonly version: number;
  readonly announced_version: number;
}

const headOf = (row: HeadRow): DocumentHead => ({
  documentId: row.id,
  sceneId: row.scene_id,
  bookId: row.book_id,
  generation: row.generation,
  version: row.version,
  announcedVersion: row.announced_version,
});

export const readHeads = async (sql: Sql, sceneIds: readonly SceneId[]): Promise<DocumentHead[]> => {
  const rows = await sql.query<HeadRow>(`SELECT ${HEAD} FROM scene_document d WHERE d.scene_id = ANY($1::uuid[])`, [
    sceneIds,
  ]);
  return rows.map(headOf);
};

/** As readHeads, in a transaction that keeps everybody else from appending to these documents until it ends. */
export const lockHeads = async (sql: Sql, sceneIds: readonly SceneId[]): Promise<DocumentHead[]> => {
  const rows = await sql.query<HeadRow>(
    `SELECT ${HEAD} FROM scene_document d WHERE d.scene_id = ANY($1::uuid[]) ORDER BY d.id FOR UPDATE`,
    [sceneIds],
  );
  return rows.map(headOf);
};

/** Compacted sizes in bytes, by document; for reading many documents in portions. */
export const readSizes = async (sql: Sql, documentIds: readonly string[]): Promise<Map<string, number>> => {
  const rows = await sql.query<{ document_id: string; bytes: number }>(
    'SELECT document_id, octet_length(state) AS bytes FROM scene_snapshot WHERE document_id = ANY($1::bigint[])',
    [documentIds],
  );
  return new Map(rows.map((row) => [row.document_id, row.bytes]));
};

export const readTail = async (sql: Sql, documentId: string, afterVersion: number): Promise<CommittedUpdate[]> =>
  await sql.query<{ version: number; data: Buffer }>(
    'SELECT version, data FROM scene_update WHERE document_id = $1::bigint AND version > $2 ORDER BY version',
    [documentId, afterVersion],
  );

const READ_TRIES = 5;

/**
 * A whole document as it was at one moment.
 * @returns undefined when the scene has none.
 */
export const readDocument = async (sql: Sql, sceneId: SceneId): Promise<StoredDocument | undefined> => {
  for (let attempt = 0; ; attempt += 1) {
    const [row] = await sql.query<HeadRow & { at: number; state: Buffer; state_vector: Buffer }>(
      `SELECT ${HEAD}, s.version AS at, s.state, s.state_vector FROM scene_document d JOIN scene_snapshot s ON s.document_id = d.id
       WHERE d.scene_id = $1::uuid`,
      [sceneId],
    );
    if (!row) return undefined;
    const tail = await readTail(sql, row.id, row.at);
    // between the two reads a compaction may have moved the beginning of the tail into the snapshot
    const isWhole = tail.length === 0 ? row.version === row.at : tail[0]?.version === row.at + 1;
    if (isWhole || attempt >= READ_TRIES) {
      if (!isWhole) throw new Error(`The updates of scene ${sceneId} after version ${row.at} are missing`);
      const version = tail.at(-1)?.version ?? row.at;
      const snapshot = { version: row.at, state: row.state, stateVector: row.state_vector };
      return { head: { ...headOf(row), version }, snapshot, tail };
    }
  }
};

export interface NewDocument {
  readonly sceneId: SceneId;
  readonly bookId: BookId;
  readonly generation: string;
  readonly version: number;
  /** Below `version` when the text is news to content, so that it is announced. */
  readonly announcedVersion: number;
  readonly state: Uint8Array;
  readonly stateVector: Uint8Array;
}

/** Writes the first state of a document. @returns whether it was written; false: another replica was first. */
export const insertDocument = async (sql: Sql, document: NewDocument): Promise<boolean> => {
  const rows = await sql.query(
    `WITH made AS (
       INSERT INTO scene_document (scene_id, book_id, generation, version, announced_version)
       VALUES ($1::uuid, $2::uuid, $3::uuid, $4::int, $5::int) ON CONFLICT (scene_id) DO NOTHING RETURNING id
     ), noted AS (INSERT INTO scene_unannounced (document_id) SELECT id FROM made WHERE $5::int < $4::int)
     INSERT INTO scene_snapshot (document_id, version, state, state_vector) SELECT id, $4::int, $6::bytea, $7::bytea FROM made
     RETURNING document_id`,
    [
      document.sceneId,
      document.bookId,
      document.generation,
      document.version,
      document.announcedVersion,
      Buffer.from(document.state),
      Buffer.from(document.stateVector),
    ],
  );
  return rows.length > 0;
};

/** Updates of one scene that are to be appended together, in order. */
export interface Append {
  readonly sceneId: SceneId;
  readonly generation: string;
  /** Append only if this is the number of the last update. */
  readonly expectedVersion?: number;
  readonly updates: readonly { readonly accountId: AccountId; readonly data: Uint8Array }[];
}

const APPEND = `
WITH wanted AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[]) WITH ORDINALITY AS w(scene_id, generation, count, expected, place)
), locked AS (
  SELECT d.id, w.place, w.count FROM scene_document d JOIN wanted w ON w.scene_id = d.scene_id
  WHERE d.generation = w.generation AND (w.expected IS NULL OR w.expected = d.version)
  ORDER BY d.id FOR UPDATE OF d
), moved AS (
  UPDATE scene_document d SET version = d.version + l.count FROM locked l WHERE d.id = l.id
  RETURNING d.id, l.place, d.version - l.count AS base
), written AS (
  INSERT INTO scene_update (document_id, account_id, version, data)
  SELECT m.id, u.account_id, m.base + u.position, u.data
  FROM unnest($5::int[], $6::int[], $7::uuid[], $8::bytea[]) AS u(place, position, account_id, data) JOIN moved m ON m.place = u.place
), noted AS (
  INSERT INTO scene_unannounced (document_id) SELECT id FROM moved ON CONFLICT (document_id) DO NOTHING
)
SELECT place::int, base FROM moved`;

/**
 * Appends updates to any number of documents in one statement. Rows are locked in the order of their ids, so that
 * replicas never wait for each other in a circle; versions are given out under that lock.
 * @returns for each append the version before its first update; undefined: the document is not there in that generation
 * (any more), or its version was not the expected one.
 */
export const appendUpdates = async (sql: Sql, appends: readonly Append[]): Promise<(number | undefined)[]> => {
  const updates = appends.flatMap((append, place) =>
    append.updates.map((update, position) => ({ place: place + 1, position: position + 1, ...update })),
  );
  const rows = await sql.query<{ place: number; base: number }>(APPEND, [
    appends.map(({ sceneId }) => sceneId),
    appends.map(({ generation }) => generation),
    appends.map((append) => append.updates.length),
    appends.map(({ expectedVersion }) => expectedVersion ?? null),
    updates.map(({ place }) => place),
    updates.map(({ position }) => position),
    updates.map(({ accountId }) => accountId),
    updates.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ]);
  const bases = new Map(rows.map(({ place, base }) => [place, base]));
  return appends.map((_, index) => bases.get(index + 1));
};

export const deleteDocuments = async (sql: Sql, sceneIds: readonly SceneId[]): Promise<void> => {
  await sql.query('DELETE FROM scene_document WHERE scene_id = ANY($1::uuid[])', [sceneIds]);
};

export const sceneIdsOfBook = async (sql: Sql, bookId: BookId): Promise<SceneId[]> => {
  const rows = await sql.query<{ scene_id: SceneId }>('SELECT scene_id FROM scene_document WHERE book_id = $1::uuid', [
    bookId,
  ]);
  return rows.map((row) => row.scene_id);
};
