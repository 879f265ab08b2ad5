import type { Db } from '../database.ts';

/** Notes that an object is about to be written that has no row yet; it is removed when the note falls due. */
export const noteIntent = async (db: Db, key: string, options: { readonly dueAt: Date }): Promise<void> => {
  await db.removal.create({ data: { key, inParts: true, dueAt: options.dueAt } });
};

/**
 * Takes the note of an object away, in the transaction that gives it its row.
 * @returns false when the object is being removed already: then it must not be used.
 */
export const adoptObject = async (db: Db, key: string): Promise<boolean> => {
  const { count } = await db.removal.deleteMany({ where: { key, begun: false } });
  return count === 1;
};

/** Notes objects that belong to nothing any more; they are removed after the transaction. */
export const noteRemovals = async (
  db: Db,
  keys: readonly string[],
  options: { readonly dueAt: Date; readonly inParts?: boolean },
): Promise<void> => {
  const { dueAt, inParts = false } = options;
  await db.removal.createMany({ data: keys.map((key) => ({ key, inParts, dueAt })), skipDuplicates: true });
};

export interface RemovalRow {
  readonly key: string;
  readonly inParts: boolean;
  readonly looked: number;
}

/** Removals that are due, marked as begun. */
export const beginRemovals = async (db: Db, now: Date, limit: number): Promise<RemovalRow[]> =>
  await db.$queryRaw<RemovalRow[]>`
    UPDATE removal SET begun = true
    WHERE key IN (SELECT key FROM removal WHERE due_at <= ${now} ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING key, in_parts AS "inParts", looked`;

export const finishRemovals = async (db: Db, keys: readonly string[]): Promise<void> => {
  await db.removal.deleteMany({ where: { key: { in: [...keys] } } });
};

/** Has objects looked at once more. */
export const postponeRemovals = async (db: Db, keys: readonly string[], dueAt: Date): Promise<void> => {
  await db.removal.updateMany({ where: { key: { in: [...keys] } }, data: { looked: { increment: 1 }, dueAt } });
};

export const countDueRemovals = async (db: Db, now: Date): Promise<number> =>
  await db.removal.count({ where: { dueAt: { lte: now } } });

/** Has an object that was noted removed now instead of later. */
export const expediteRemoval = async (db: Db, key: string, now: Date): Promise<void> => {
  await db.removal.updateMany({ where: { key }, data: { dueAt: now } });
};
