import type { PartsUpload } from '@authorworks/platform/blobs';
import { noteRemovals } from '../blob/removal-store.ts';
import type { Db } from '../database.ts';
import type { OpenUpload } from './upload-policy.ts';

export interface UploadRow {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly sizeBytes: bigint;
  readonly partSizeBytes: number;
  readonly declaredType: string | null;
  readonly purpose: string;
  readonly bookId: string | null;
  readonly key: string;
  readonly multipartId: string | null;
  readonly refusal: string | null;
  readonly fileId: string | null;
  readonly createdAt: Date;
  readonly activeAt: Date;
  readonly expiresAt: Date;
}

export interface NewUpload extends Omit<UploadRow, 'sizeBytes' | 'multipartId' | 'refusal' | 'fileId'> {
  readonly sizeBytes: number;
}

/** The object storage's name of an upload that has begun there. */
export const partsUploadOf = ({ key, multipartId }: Pick<UploadRow, 'key' | 'multipartId'>): PartsUpload => ({
  key,
  uploadId: multipartId ?? '',
});

export const insertUpload = async (db: Db, upload: NewUpload): Promise<void> => {
  await db.upload.create({ data: upload });
};

/** @returns the upload, or null when it was given up meanwhile. */
export const markBegun = async (db: Db, id: string, multipartId: string): Promise<UploadRow | null> => {
  const [row] = await db.upload.updateManyAndReturn({ where: { id }, data: { multipartId } });
  return row ?? null;
};

export const findUpload = async (db: Db, id: string): Promise<UploadRow | null> =>
  await db.upload.findUnique({ where: { id } });

/** The upload, locked until the transaction ends. */
export const lockUpload = async (db: Db, id: string): Promise<UploadRow | null> => {
  await db.$queryRaw`SELECT 1 FROM upload WHERE id = ${id}::uuid FOR UPDATE`;
  return await findUpload(db, id);
};

/** Uploads of an account that are not finished. */
export const listOpenUploads = async (db: Db, ownerId: string): Promise<OpenUpload[]> => {
  const rows = await db.upload.findMany({
    where: { ownerId, fileId: null, refusal: null },
    select: { id: true, sizeBytes: true, activeAt: true },
  });
  return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
};

/** Deletes uploads that are not finished, and notes what they left for removal. @returns how many there were. */
export const dropUploads = async (db: Db, ids: readonly string[], now: Date): Promise<number> => {
  const rows = await db.$queryRaw<{ key: string; refusal: string | null }[]>`
    DELETE FROM upload WHERE id = ANY(${[...ids]}::uuid[]) AND file_id IS NULL RETURNING key, refusal`;
  // what was refused has been noted already
  const keys = rows.filter(({ refusal }) => refusal === null).map(({ key }) => key);
  await noteRemovals(db, keys, { dueAt: now, inParts: true });
  return rows.length;
};

/** Uploads whose time is over. */
export const listExpiredUploads = async (db: Db, now: Date, limit: number): Promise<string[]> => {
  const rows = await db.upload.findMany({
    where: { expiresAt: { lte: now }, fileId: null },
    select: { id: true },
    take: limit,
  });
  return rows.map(({ id }) => id);
};

/** Finished uploads are only remembered for repeated completions. */
export const forgetFinishedUploads = async (db: Db, now: Date): Promise<void> => {
  await db.upload.deleteMany({ where: { expiresAt: { lte: now }, fileId: { not: null } } });
};

export const finishUpload = async (db: Db, id: string, fileId: string): Promise<void> => {
  await db.upload.update({ where: { id }, data: { fileId } });
};

/** Remembers why an upload failed for good, and notes its object for removal. */
export const refuseUpload = async (db: Db, id: string, refusal: string, now: Date): Promise<void> => {
  const [row] = await db.upload.updateManyAndReturn({
    where: { id, fileId: null, refusal: null },
    data: { refusal },
    select: { key: true },
  });
  if (row) await noteRemovals(db, [row.key], { dueAt: now, inParts: true });
};

const ACTIVITY_MS = 60_000;

/** Notes that somebody still works on an upload; at most once a minute. */
export const markActive = async (db: Db, upload: Pick<UploadRow, 'id' | 'activeAt'>, now: Date): Promise<void> => {
  if (now.getTime() - upload.activeAt.getTime() < ACTIVITY_MS) return;
  await db.upload.updateMany({ where: { id: upload.id }, data: { activeAt: now } });
};
