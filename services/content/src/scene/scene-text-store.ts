import type { Db } from '../database.ts';
import type { SceneText } from '../../prisma/client/client.ts';
import type { SealedText } from './sealed-text.ts';

export type SceneTextRow = SceneText;

export interface NewText {
  readonly sceneId: string;
  readonly text: SealedText;
  /** Version of the live document; 0 while there is none. */
  readonly version?: number;
}

/** Texts of one statement, in characters: large enough to be quick, small enough to be held twice. */
const BATCH_CHARACTERS = 8_000_000;

const inBatches = (texts: readonly NewText[]): NewText[][] => {
  const batches: NewText[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    characters += text.text.doc.length;
    if (characters > BATCH_CHARACTERS) {
      batches.push([]);
      characters = text.text.doc.length;
    }
    batches.at(-1)?.push(text);
  }
  return batches;
};

export const insertTexts = async (
  db: Db,
  texts: readonly NewText[],
  { bookId, now }: { readonly bookId: string; readonly now: Date },
): Promise<void> => {
  for (const batch of inBatches(texts)) {
    const column = <T>(read: (text: NewText) => T): T[] => batch.map(read);
    await db.$executeRaw`
      INSERT INTO scene_text (scene_id, book_id, version, hash, doc, word_count, image_file_ids, updated_at)
      SELECT scene_id, ${bookId}::uuid, version, hash, doc, word_count, ARRAY(SELECT jsonb_array_elements_text(images)), ${now}
      FROM unnest(${column(({ sceneId }) => sceneId)}::uuid[], ${column(({ version = 0 }) => version)}::integer[],
        ${column(({ text }) => text.hash)}::text[], ${column(({ text }) => text.doc)}::text[],
        ${column(({ text }) => text.wordCount)}::integer[], ${column(({ text }) => JSON.stringify(text.imageFileIds))}::jsonb[])
        AS fresh (scene_id, version, hash, doc, word_count, images)`;
  }
};

export const findText = async (db: Db, sceneId: string): Promise<SceneTextRow | null> =>
  await db.sceneText.findUnique({ where: { sceneId } });

export const findTexts = async (db: Db, sceneIds: readonly string[]): Promise<SceneTextRow[]> =>
  await db.sceneText.findMany({ where: { sceneId: { in: [...sceneIds] } } });

/** What this service has of each scene outside of the bin. */
export interface KnownText {
  readonly sceneId: string;
  readonly version: number;
  readonly hash: string;
}

export const listKnownTexts = async (db: Db, bookId: string): Promise<KnownText[]> =>
  await db.$queryRaw<KnownText[]>`
    SELECT t.scene_id AS "sceneId", t.version, t.hash FROM scene_text AS t JOIN node AS n ON n.id = t.scene_id
    WHERE t.book_id = ${bookId}::uuid AND n.binned_at IS NULL ORDER BY t.scene_id`;

/** What this service has of some scenes of one book, wherever they lie. */
export const findKnownTexts = async (db: Db, bookId: string, sceneIds: readonly string[]): Promise<KnownText[]> =>
  await db.sceneText.findMany({
    where: { bookId, sceneId: { in: [...sceneIds] } },
    select: { sceneId: true, version: true, hash: true },
  });

/** Replaces a scene's text and its word count. Needs the book's lock. */
export const replaceText = async (
  db: Db,
  sceneId: string,
  change: { readonly text: SealedText; readonly version: number; readonly updatedAt: Date },
): Promise<void> => {
  const { text, version, updatedAt } = change;
  await db.sceneText.update({ where: { sceneId }, data: { ...text, version, updatedAt }, select: { sceneId: true } });
  await db.node.update({
    where: { id: sceneId },
    data: { wordCount: text.wordCount, updatedAt },
    select: { id: true },
  });
};

/** The live document has a new version with the very same text. */
export const replaceVersion = async (db: Db, sceneId: string, version: number): Promise<void> => {
  await db.sceneText.update({ where: { sceneId }, data: { version }, select: { sceneId: true } });
};

/** Keeps the texts of scenes for good, without moving them through this process. Equal ones are kept once. */
export const keepDocuments = async (db: Db, bookId: string, sceneIds: readonly string[]): Promise<void> => {
  await db.$executeRaw`
    INSERT INTO document (book_id, hash, doc, word_count, image_file_ids)
    SELECT DISTINCT ON (hash) book_id, hash, doc, word_count, image_file_ids FROM scene_text
    WHERE book_id = ${bookId}::uuid AND scene_id = ANY(${[...sceneIds]}::uuid[])
    ON CONFLICT (book_id, hash) DO NOTHING`;
};

/** Kept texts by hash. */
export const findDocuments = async (
  db: Db,
  bookId: string,
  hashes: readonly string[],
): Promise<{ hash: string; doc: string; wordCount: number }[]> =>
  await db.document.findMany({
    where: { bookId, hash: { in: [...new Set(hashes)] } },
    select: { hash: true, doc: true, wordCount: true },
  });

/** Deletes kept texts that no revision and no edition holds any more. Needs the book's lock. */
export const removeUnheldDocuments = async (db: Db, bookId: string): Promise<void> => {
  await db.$executeRaw`
    DELETE FROM document AS d WHERE d.book_id = ${bookId}::uuid
      AND NOT EXISTS (SELECT 1 FROM revision AS r WHERE r.book_id = d.book_id AND r.hash = d.hash)
      AND NOT EXISTS (SELECT 1 FROM edition_node AS e WHERE e.book_id = d.book_id AND e.hash = d.hash)`;
};
