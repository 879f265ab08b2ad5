import { newId } from '@authorworks/platform';
import type { Db } from '../database.ts';

export interface BlobRow {
  readonly id: string;
  readonly key: string;
}

export interface NewBlob {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly key: string;
  readonly now: Date;
}

/**
 * The row of a content, locked until the transaction ends, so that nobody takes its last file away meanwhile.
 * @returns the row; its `key` is another than the new one's when the same content was there before.
 */
export const keepBlob = async (db: Db, { sha256, sizeBytes, key, now }: NewBlob): Promise<BlobRow> => {
  const [row] = await db.$queryRaw<BlobRow[]>`
    INSERT INTO blob (id, sha256, size_bytes, key, created_at)
    VALUES (${newId()}::uuid, ${sha256}, ${sizeBytes}, ${key}, ${now})
    ON CONFLICT (sha256) DO UPDATE SET sha256 = excluded.sha256
    RETURNING id::text, key`;
  if (!row) throw new Error('a blob was neither inserted nor found');
  return row;
};

/** Deletes the rows of contents that no file shows any more. @returns the keys of their objects. */
export const dropUnusedBlobs = async (db: Db, ids: readonly string[]): Promise<string[]> => {
  const wanted = [...new Set(ids)].toSorted();
  // locked first, in one order; the question whether a file shows it is asked after that, and sees all that was committed
  await db.$queryRaw`SELECT 1 FROM blob WHERE id = ANY(${wanted}::uuid[]) ORDER BY id FOR UPDATE`;
  const rows = await db.$queryRaw<{ key: string }[]>`
    DELETE FROM blob WHERE id = ANY(${wanted}::uuid[]) AND NOT EXISTS (SELECT 1 FROM file WHERE file.blob_id = blob.id)
    RETURNING key`;
  return rows.map(({ key }) => key);
};
