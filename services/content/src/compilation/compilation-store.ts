import type { Compilation } from '../../prisma/client/client.ts';
import { type Db, Prisma } from '../database.ts';
import type { CompileFormat } from '../compile/compilable-book.ts';

export type CompilationRow = Compilation;

export const insertCompilation = async (
  db: Db,
  row: Pick<CompilationRow, 'id' | 'bookId' | 'editionId' | 'format' | 'requestedBy' | 'jobId' | 'createdAt'>,
): Promise<CompilationRow> => await db.compilation.create({ data: row });

export const findCompilation = async (db: Db, id: string): Promise<CompilationRow | null> =>
  await db.compilation.findUnique({ where: { id } });

/** A compilation for a worker. One that had failed is open again: an operator gave its job another try. */
export const openCompilation = async (db: Db, id: string): Promise<CompilationRow | null> => {
  await db.compilation.updateMany({
    where: { id, status: 'failed' },
    data: { status: 'open', error: Prisma.DbNull, finishedAt: null },
  });
  return await db.compilation.findUnique({ where: { id } });
};

/** Newest first. */
export const listCompilationsOf = async (
  db: Db,
  bookId: string,
  page: { readonly beforeId: string | undefined; readonly take: number },
): Promise<CompilationRow[]> =>
  await db.compilation.findMany({
    where: { bookId, ...(page.beforeId === undefined ? {} : { id: { lt: page.beforeId } }) },
    orderBy: { id: 'desc' },
    take: page.take,
  });

/** The newest compilation of an edition in a format, however it went. */
export const findNewestOfEdition = async (
  db: Db,
  editionId: string,
  format: CompileFormat,
): Promise<CompilationRow | null> =>
  await db.compilation.findFirst({ where: { editionId, format }, orderBy: { id: 'desc' } });

/** A file that was made of the very same content. */
export const findMade = async (
  db: Db,
  key: { readonly bookId: string; readonly format: string; readonly contentHash: string },
): Promise<CompilationRow | null> =>
  await db.compilation.findFirst({
    where: { ...key, status: 'succeeded', fileId: { not: null } },
    orderBy: { id: 'desc' },
  });

export interface MadeFile {
  readonly contentHash: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly report: Prisma.InputJsonObject;
  readonly finishedAt: Date;
}

/** @returns whether the compilation was still wanted: one that was cancelled stays so. */
export const succeedCompilation = async (db: Db, id: string, made: MadeFile): Promise<boolean> => {
  const { count } = await db.compilation.updateMany({
    where: { id, status: 'open' },
    data: { ...made, status: 'succeeded' },
  });
  return count > 0;
};

/** The file of a compilation is gone: it has to be made again. */
export const loseFile = async (db: Db, fileId: string): Promise<void> => {
  await db.compilation.updateMany({ where: { fileId }, data: { status: 'failed', fileId: null, finishedAt: null } });
};

/** @returns whether it was still open. */
export const cancelOpenCompilation = async (db: Db, id: string, finishedAt: Date): Promise<boolean> => {
  const { count } = await db.compilation.updateMany({
    where: { id, status: 'open' },
    data: { status: 'cancelled', finishedAt },
  });
  return count > 0;
};

/** Takes over how jobs ended that failed for good, before the queue forgets them. */
export const settleCompilations = async (db: Db): Promise<void> => {
  await db.$executeRaw`
    UPDATE compilation SET status = job.status, error = job.error, finished_at = job.finished_at FROM job
    WHERE job.id = compilation.job_id AND compilation.status = 'open' AND job.status IN ('failed', 'cancelled')`;
};

/** Exports of drafts that were asked for before an instant, the oldest first. Those of editions are never old. */
export const listOldCompilations = async (
  db: Db,
  instant: Date,
  take: number,
): Promise<{ id: string; fileId: string | null }[]> =>
  await db.compilation.findMany({
    where: { editionId: null, createdAt: { lt: instant } },
    orderBy: { createdAt: 'asc' },
    take,
    select: { id: true, fileId: true },
  });

/** Files that no compilations have but these. */
export const findFilesOnlyOf = async (
  db: Db,
  compilations: readonly { readonly id: string; readonly fileId: string | null }[],
): Promise<string[]> => {
  const files = [...new Set(compilations.flatMap(({ fileId }) => fileId ?? []))];
  const held = await db.compilation.findMany({
    where: { fileId: { in: files }, id: { notIn: compilations.map(({ id }) => id) } },
    select: { fileId: true },
  });
  const heldIds = new Set(held.map(({ fileId }) => fileId));
  return files.filter((fileId) => !heldIds.has(fileId));
};

export const removeCompilations = async (db: Db, ids: readonly string[]): Promise<void> => {
  await db.compilation.deleteMany({ where: { id: { in: [...ids] } } });
};
