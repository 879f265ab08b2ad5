import type { AccountId, ImportReport } from '@authorworks/contracts';
import type { z } from 'zod';
import type { Import } from '../../prisma/client/client.ts';
import { type Db, Prisma } from '../database.ts';

export type ImportRow = Import;

/** Where the uploaded file of an import lies. */
export const sourceKeyOf = (importId: string): string => `imports/${importId}`;

export const insertImport = async (
  db: Db,
  row: Pick<ImportRow, 'id' | 'accountId' | 'accountName' | 'fileName' | 'bookId' | 'appends' | 'createdAt'>,
): Promise<void> => {
  await db.import.create({ data: row, select: { id: true } });
};

/** The file is there and its job is written. */
export const startImport = async (
  db: Db,
  id: string,
  start: { readonly jobId: string; readonly sizeBytes: number },
): Promise<ImportRow> => await db.import.update({ where: { id }, data: start });

export const removeImport = async (db: Db, id: string): Promise<void> => {
  await db.import.deleteMany({ where: { id } });
};

/** An import for a worker. One that had failed is open again: an operator gave its job another try. */
export const openImport = async (db: Db, id: string): Promise<ImportRow | null> => {
  await db.import.updateMany({
    where: { id, status: 'failed' },
    data: { status: 'open', error: Prisma.DbNull, finishedAt: null },
  });
  return await db.import.findUnique({ where: { id } });
};

/** An import of this account whose file has arrived. */
export const findImportOf = async (db: Db, accountId: AccountId, id: string): Promise<ImportRow | null> =>
  await db.import.findFirst({ where: { id, accountId, jobId: { not: null } } });

/** Newest first. */
export const listImportsOf = async (
  db: Db,
  accountId: AccountId,
  page: { readonly beforeId: string | undefined; readonly take: number },
): Promise<ImportRow[]> =>
  await db.import.findMany({
    where: { accountId, jobId: { not: null }, ...(page.beforeId === undefined ? {} : { id: { lt: page.beforeId } }) },
    orderBy: { id: 'desc' },
    take: page.take,
  });

/** Makes the transaction the only one that ends this import. @returns whether it is still open. */
export const lockOpenImport = async (db: Db, id: string): Promise<boolean> => {
  const [row] = await db.$queryRaw<{ status: string }[]>`SELECT status FROM import WHERE id = ${id}::uuid FOR UPDATE`;
  return row?.status === 'open';
};

/** Needs the import's lock. */
export const succeedImport = async (
  db: Db,
  id: string,
  end: { readonly report: z.input<typeof ImportReport>; readonly finishedAt: Date },
): Promise<void> => {
  const report = { ...end.report, notes: end.report.notes.map((note) => ({ ...note })) };
  await db.import.update({
    where: { id },
    data: { status: 'succeeded', report, finishedAt: end.finishedAt },
    select: { id: true },
  });
};

/** @returns whether it was still open. */
export const cancelOpenImport = async (db: Db, id: string, finishedAt: Date): Promise<boolean> => {
  const { count } = await db.import.updateMany({
    where: { id, status: 'open' },
    data: { status: 'cancelled', finishedAt },
  });
  return count > 0;
};

/** Remembers a stored picture, so that it can be removed if the import comes to nothing. */
export const rememberImage = async (db: Db, id: string, fileId: string): Promise<void> => {
  await db.import.update({ where: { id }, data: { imageFileIds: { push: fileId } }, select: { id: true } });
};

/** Takes over how jobs ended that failed for good, before the queue forgets them. */
export const settleImports = async (db: Db): Promise<void> => {
  await db.$executeRaw`
    UPDATE import SET status = job.status, error = job.error, finished_at = job.finished_at FROM job
    WHERE job.id = import.job_id AND import.status = 'open' AND job.status IN ('failed', 'cancelled')`;
};

export interface Deadlines {
  /** Uploads that began before this and have not arrived are given up. */
  readonly abandonedBefore: Date;
  /** Files of imports that failed before this are not needed any more. */
  readonly failedBefore: Date;
}

/** Imports whose uploaded file can go. */
export const listFinishedSources = async (db: Db, deadlines: Deadlines, take: number): Promise<ImportRow[]> =>
  await db.import.findMany({
    where: {
      sourceKept: true,
      OR: [
        { status: { in: ['succeeded', 'cancelled'] } },
        { status: 'failed', finishedAt: { lt: deadlines.failedBefore } },
        { jobId: null, createdAt: { lt: deadlines.abandonedBefore } },
      ],
    },
    orderBy: { createdAt: 'asc' },
    take,
  });

export const forgetSource = async (db: Db, id: string): Promise<void> => {
  await db.import.updateMany({ where: { id }, data: { sourceKept: false } });
};

/** Imports that came to nothing and have pictures left. */
export const listLeftImages = async (db: Db, take: number): Promise<ImportRow[]> =>
  await db.import.findMany({
    where: { status: { in: ['failed', 'cancelled'] }, imageFileIds: { isEmpty: false } },
    orderBy: { createdAt: 'asc' },
    take,
  });

export const forgetImages = async (db: Db, id: string): Promise<void> => {
  await db.import.updateMany({ where: { id }, data: { imageFileIds: [] } });
};
