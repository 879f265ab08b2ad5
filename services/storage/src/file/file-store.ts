import { Prisma, type Db } from '../database.ts';

export interface FileRow {
  readonly id: string;
  readonly ownerId: string;
  readonly blobId: string;
  readonly name: string;
  readonly purpose: string;
  readonly contentType: string;
  readonly sizeBytes: bigint;
  readonly sha256: string;
  readonly visibility: string;
  readonly bookId: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly createdAt: Date;
}

/** A file together with where its bytes are. */
export interface FileWithObject extends FileRow {
  readonly blob: { readonly key: string };
}

export interface PutName {
  readonly ownerId: string;
  /** The service that put it. */
  readonly putBy: string;
  readonly putKey: string;
}

export interface NewFile extends Omit<FileRow, 'sizeBytes' | 'visibility'> {
  readonly sizeBytes: number;
  readonly put: Omit<PutName, 'ownerId'> | undefined;
}

export const insertFile = async (db: Db, { put, ...file }: NewFile): Promise<FileRow> =>
  await db.file.create({ data: { ...file, ...put } });

export const findFile = async (db: Db, id: string): Promise<FileRow | null> =>
  await db.file.findUnique({ where: { id } });

export const findFileWithObject = async (db: Db, id: string): Promise<FileWithObject | null> =>
  await db.file.findUnique({ where: { id }, include: { blob: { select: { key: true } } } });

export const findFileByPutKey = async (db: Db, { ownerId, putBy, putKey }: PutName): Promise<FileRow | null> =>
  await db.file.findUnique({ where: { ownerId_putBy_putKey: { ownerId, putBy, putKey } } });

/** In the order of their ids. */
export const findFilesByIds = async (db: Db, ids: readonly string[]): Promise<FileRow[]> =>
  await db.file.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } });

export interface ContentRow {
  readonly id: string;
  readonly fileId: string;
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: bigint;
}

/** Contents behind `after`, each once, with the oldest file that shows it. */
export const listContentRows = async (
  db: Db,
  page: { readonly after: string | undefined; readonly take: number },
): Promise<ContentRow[]> =>
  await db.$queryRaw<ContentRow[]>`
    SELECT blob.id::text, first.id::text AS "fileId", first.name, blob.sha256, blob.size_bytes AS "sizeBytes"
    FROM blob CROSS JOIN LATERAL (SELECT id, name FROM file WHERE file.blob_id = blob.id ORDER BY id LIMIT 1) AS first
    WHERE ${page.after ?? null}::uuid IS NULL OR blob.id > ${page.after ?? null}::uuid
    ORDER BY blob.id LIMIT ${page.take}`;

/** An account's files, newest first. */
export const listFilesOf = async (
  db: Db,
  ownerId: string,
  page: { readonly before: string | undefined; readonly purpose: string | undefined; readonly take: number },
): Promise<FileRow[]> =>
  await db.file.findMany({
    where: {
      ownerId,
      ...(page.purpose === undefined ? {} : { purpose: page.purpose }),
      ...(page.before === undefined ? {} : { id: { lt: page.before } }),
    },
    orderBy: { id: 'desc' },
    take: page.take,
  });

export const makePublic = async (db: Db, ids: readonly string[]): Promise<void> => {
  await db.file.updateMany({ where: { id: { in: [...ids] } }, data: { visibility: 'public' } });
};

export interface DeletedFile {
  readonly id: string;
  readonly ownerId: string;
  readonly blobId: string;
  /** Keys of its variants' objects. */
  readonly variantKeys: readonly string[];
}

/** Deletes files with their variants and finished uploads. @param ownerId Only files of this account, when given. */
export const deleteFileRows = async (db: Db, ids: readonly string[], ownerId?: string): Promise<DeletedFile[]> => {
  const own = ownerId === undefined ? Prisma.empty : Prisma.sql`AND owner_id = ${ownerId}::uuid`;
  // locked in one order, so that two deletions of the same files wait for each other instead of for ever
  const locked = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM file WHERE id = ANY(${[...ids]}::uuid[]) ${own} ORDER BY id FOR UPDATE`;
  const found = await db.file.findMany({
    where: { id: { in: locked.map(({ id }) => id) } },
    select: { id: true, ownerId: true, blobId: true, variants: { select: { key: true } } },
  });
  await db.file.deleteMany({ where: { id: { in: found.map(({ id }) => id) } } });
  return found.map(({ variants, ...file }) => ({ ...file, variantKeys: variants.map(({ key }) => key) }));
};

export interface Usage {
  readonly usedBytes: number;
  readonly fileCount: number;
}

export const readUsageOf = async (db: Db, ownerId: string): Promise<Usage> => {
  const { _sum, _count } = await db.file.aggregate({ where: { ownerId }, _sum: { sizeBytes: true }, _count: true });
  return { usedBytes: Number(_sum.sizeBytes ?? 0), fileCount: _count };
};

/** Whoever changes how much an account uses does so one after the other, until the transaction ends. */
export const lockUsage = async (db: Db, ownerId: string): Promise<void> => {
  await db.$queryRaw`SELECT 1 AS one FROM pg_advisory_xact_lock(hashtextextended(${`storage usage ${ownerId}`}, 0))`;
};
