import { newId } from '@authorworks/platform';
import type { Revision } from '../../prisma/client/client.ts';
import type { Db } from '../database.ts';
import { keepDocuments } from '../scene/scene-text-store.ts';

export type RevisionRow = Revision;

/** Why the house keeps a text by itself. */
export type AutomaticReason = 'before-restore' | 'before-import' | 'before-replace' | 'published';

interface Occasion {
  readonly bookId: string;
  readonly sceneIds: readonly string[];
  readonly name: string;
  readonly createdBy: string;
  readonly now: Date;
}

/** Keeps the text that a scene has now under a name. Needs the book's lock. */
export const insertNamedRevision = async (
  db: Db,
  { bookId, sceneIds, name, createdBy, now }: Occasion,
): Promise<RevisionRow[]> => {
  await keepDocuments(db, bookId, sceneIds);
  const texts = await db.sceneText.findMany({
    where: { bookId, sceneId: { in: [...sceneIds] } },
    select: { sceneId: true, bookId: true, hash: true, wordCount: true },
  });
  return await db.revision.createManyAndReturn({
    data: texts.map((text) => ({ ...text, id: newId(), name, reason: 'named', createdBy, createdAt: now })),
  });
};

/**
 * Keeps the texts that scenes have now, except where there is nothing in them or the newest revision has the same text.
 * Needs the book's lock.
 */
export const keepRevisions = async (db: Db, reason: AutomaticReason, occasion: Occasion): Promise<void> => {
  const { bookId, name, createdBy, now } = occasion;
  const sceneIds = [...occasion.sceneIds];
  if (sceneIds.length === 0) return;
  const ids = sceneIds.map(() => newId());
  await db.$executeRaw`
    WITH wanted AS (
      SELECT named.id, text.* FROM unnest(${ids}::uuid[], ${sceneIds}::uuid[]) AS named (id, scene_id)
      JOIN scene_text AS text ON text.scene_id = named.scene_id AND text.book_id = ${bookId}::uuid
      WHERE (text.word_count > 0 OR cardinality(text.image_file_ids) > 0) AND text.hash IS DISTINCT FROM (
        SELECT newest.hash FROM revision AS newest WHERE newest.scene_id = text.scene_id ORDER BY newest.id DESC LIMIT 1)
    ), kept AS (
      INSERT INTO document (book_id, hash, doc, word_count, image_file_ids)
      SELECT DISTINCT ON (hash) book_id, hash, doc, word_count, image_file_ids FROM wanted
      ON CONFLICT (book_id, hash) DO NOTHING
    )
    INSERT INTO revision (id, book_id, scene_id, hash, name, reason, word_count, created_by, created_at)
    SELECT id, book_id, scene_id, hash, ${name}, ${reason}, word_count, ${createdBy}::uuid, ${now} FROM wanted`;
};

/** Newest first. */
export const listRevisionsOf = async (
  db: Db,
  sceneId: string,
  page: { readonly beforeId: string | undefined; readonly take: number },
): Promise<RevisionRow[]> =>
  await db.revision.findMany({
    where: { sceneId, ...(page.beforeId === undefined ? {} : { id: { lt: page.beforeId } }) },
    orderBy: { id: 'desc' },
    take: page.take,
  });

/** A revision with its text. */
export const findRevision = async (db: Db, id: string): Promise<(RevisionRow & { document: { doc: string } }) | null> =>
  await db.revision.findUnique({ where: { id }, include: { document: { select: { doc: true } } } });
