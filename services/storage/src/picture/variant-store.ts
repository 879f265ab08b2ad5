import type { Db } from '../database.ts';

export interface VariantRow {
  readonly fileId: string;
  readonly name: string;
  readonly key: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly createdAt: Date;
}

export const findVariant = async (db: Db, fileId: string, name: string): Promise<VariantRow | null> =>
  await db.variant.findUnique({ where: { fileId_name: { fileId, name } } });

/** @returns false when there is one already, or no such file any more. */
export const insertVariant = async (db: Db, variant: VariantRow): Promise<boolean> => {
  const { fileId, name, key, sha256, sizeBytes, width, height, createdAt } = variant;
  const count = await db.$executeRaw`
    INSERT INTO variant (file_id, name, key, sha256, size_bytes, width, height, created_at)
    SELECT id, ${name}, ${key}, ${sha256}, ${sizeBytes}, ${width}, ${height}, ${createdAt}
    FROM file WHERE id = ${fileId}::uuid FOR KEY SHARE
    ON CONFLICT DO NOTHING`;
  return count === 1;
};

/** Forgets variants by the keys of their objects; they are made again when they are wanted. */
export const deleteVariantsByKeys = async (db: Db, keys: readonly string[]): Promise<void> => {
  await db.variant.deleteMany({ where: { key: { in: [...keys] } } });
};
