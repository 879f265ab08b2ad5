import { type AccountId, contentErrors } from '@authorworks/contracts';
import { fail, newId } from '@authorworks/platform';
import { findAccessToBook } from '../access/book-access-store.ts';
import { judgeAccess } from '../access/book-access-policy.ts';
import { changeBook, insertBook, lockBook, recountBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import type { Db } from '../database.ts';
import { NODE_LIMIT } from '../node/node-policy.ts';
import { type BulkNode, countLiveNodes, insertNodes } from '../node/node-store.ts';
import { findRanksAtEnd } from '../node/place-node.ts';
import { generateNKeysBetween } from 'fractional-indexing';
import { keepRevisions } from '../revision/revision-store.ts';
import { insertTexts, listKnownTexts, type NewText } from '../scene/scene-text-store.ts';
import type { SealedText } from '../scene/sealed-text.ts';
import type { ImportRow } from './import-store.ts';
import type { PreparedBook, PreparedNode } from './prepare-book.ts';

/** A book whose pictures have their files, ready to be written in one transaction. */
export interface FinishedBook extends Omit<PreparedBook, 'images' | 'coverName' | 'nodes'> {
  readonly nodes: readonly (Omit<PreparedNode, 'text'> & { readonly text: SealedText | null })[];
  readonly coverFileId: string | null;
}

const DEFAULT_LANGUAGE = 'en';

const beginBook = async (db: Db, row: ImportRow, { book, now }: { book: FinishedBook; now: Date }): Promise<void> => {
  const { title, subtitle, description, authors, language, coverFileId } = book;
  const authorName = authors.join(', ').slice(0, 200) || row.accountName;
  await insertBook(
    db,
    {
      id: row.bookId,
      ownerId: row.accountId,
      title,
      subtitle,
      description,
      authorName,
      language: language || DEFAULT_LANGUAGE,
    },
    { collaboratorId: newId(), now },
  );
  await lockBook(db, row.bookId);
  if (coverFileId !== null) await changeBook(db, row.bookId, { coverFileId, updatedAt: now });
};

/** Everything that could have changed since the file was sent is asked again. */
const openBook = async (db: Db, row: ImportRow, { book, now }: { book: FinishedBook; now: Date }): Promise<void> => {
  const locked = await lockBook(db, row.bookId);
  const access = await findAccessToBook(db, row.accountId as AccountId, row.bookId);
  const verdict = judgeAccess(access, { capability: 'structure' });
  if (!locked || verdict === 'not-found') throw fail(contentErrors.bookNotFound);
  if (verdict === 'forbidden') throw fail(contentErrors.roleForbids);
  if ((await countLiveNodes(db, row.bookId)) + book.nodes.length > NODE_LIMIT) throw fail(contentErrors.treeTooLarge);
  const sceneIds = (await listKnownTexts(db, row.bookId)).map(({ sceneId }) => sceneId);
  const occasion = { bookId: row.bookId, sceneIds, name: `Before the import of ${row.fileName}`.slice(0, 200) };
  await keepRevisions(db, 'before-import', { ...occasion, createdBy: row.accountId, now });
};

/** Ids and ranks for all nodes: those at the top stand behind what the book has already. */
const placeNodes = async (
  db: Db,
  row: ImportRow,
  book: FinishedBook,
): Promise<(BulkNode & { text: SealedText | null })[]> => {
  const ids = book.nodes.map(() => newId());
  const byParent = Map.groupBy(book.nodes.keys(), (index) => book.nodes[index]?.parent ?? null);
  const ranks = new Map<number, string>();
  for (const [parent, indexes] of byParent) {
    const found =
      parent === null
        ? await findRanksAtEnd(db, { bookId: row.bookId, parentId: null }, indexes.length)
        : generateNKeysBetween(null, null, indexes.length);
    for (const [place, index] of indexes.entries()) ranks.set(index, found[place] ?? '');
  }
  return book.nodes.map(({ parent, kind, title, matter, text }, index) => ({
    id: ids[index] ?? '',
    parentId: parent === null ? null : (ids[parent] ?? null),
    kind,
    rank: ranks.get(index) ?? '',
    title,
    matter,
    wordCount: text?.wordCount ?? 0,
    text,
  }));
};

/**
 * Writes an imported book into the caller's transaction: whole or not at all.
 * @throws CONTENT_BOOK_NOT_FOUND, CONTENT_ROLE_FORBIDS or CONTENT_TREE_TOO_LARGE when a book cannot be appended to (any more).
 */
export const writeBook = async (
  { clock }: Pick<ContentContext, 'clock'>,
  db: Db,
  { row, book }: { readonly row: ImportRow; readonly book: FinishedBook },
): Promise<void> => {
  const now = clock.now();
  await (row.appends ? openBook : beginBook)(db, row, { book, now });
  const placed = await placeNodes(db, row, book);
  const texts = placed.flatMap(({ id, text }): NewText[] => (text === null ? [] : [{ sceneId: id, text }]));
  await insertNodes(db, placed, { bookId: row.bookId, now });
  await insertTexts(db, texts, { bookId: row.bookId, now });
  await recountBook(db, row.bookId, now);
};
