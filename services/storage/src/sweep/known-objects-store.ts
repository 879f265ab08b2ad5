import type { Db } from '../database.ts';

/** An object that some row of ours knows. */
export interface KnownObject {
  readonly key: string;
  /** `blob` and `variant` must exist as objects; the others may or may not, yet or any more. */
  readonly by: 'blob' | 'variant' | 'upload' | 'removal';
  readonly createdAt: Date;
}

/** Rows whose object lies behind `after` and up to `to` (null: to the end), in the order of the keys' bytes. */
export const listKnownObjects = async (db: Db, after: string, to: string | null): Promise<KnownObject[]> =>
  await db.$queryRaw<KnownObject[]>`
    SELECT key, by, created_at AS "createdAt" FROM (
      SELECT key, 'blob' AS by, created_at FROM blob
      UNION ALL SELECT key, 'variant', created_at FROM variant
      UNION ALL SELECT key, 'upload', created_at FROM upload WHERE file_id IS NULL AND refusal IS NULL
      UNION ALL SELECT key, 'removal', due_at FROM removal
    ) AS known
    WHERE key COLLATE "C" > ${after} COLLATE "C" AND (${to}::text IS NULL OR key COLLATE "C" <= ${to} COLLATE "C")`;
