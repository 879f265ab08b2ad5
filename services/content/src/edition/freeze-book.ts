import { type AccountId, contentErrors } from '@authorworks/contracts';
import { fail, newId } from '@authorworks/platform';
import { changeBook, lockBook } from '../book/book-store.ts';
import { requestCompilation } from '../compilation/request-compilation.ts';
import { inReadingOrder } from '../compile/reading-order.ts';
import type { ContentContext } from '../context.ts';
import type { Db } from '../database.ts';
import { keepRevisions } from '../revision/revision-store.ts';
import { listTextMoves } from '../scene/text-move-store.ts';
import { keepDocuments } from '../scene/scene-text-store.ts';
import { announcePublication } from './announce-publication.ts';
import { hashOfEdition } from './canonical-form.ts';
import { chooseSlug } from './choose-slug.ts';
import {
  type DraftNode,
  type EditionRow,
  findBookToPublish,
  insertEdition,
  listDraft,
  lockSlugs,
  nextNumber,
} from './edition-store.ts';

export interface Publishing {
  readonly bookId: string;
  readonly accountId: AccountId;
  readonly slug: string | undefined;
  readonly notes: string;
  /** Pictures that were made public for it. */
  readonly imageFileIds: ReadonlySet<string>;
}

/** Words and pictures of a draft. @throws CONTENT_NOTHING_TO_PUBLISH when there are none of either. */
export const measureDraft = (nodes: readonly DraftNode[]): { wordCount: number; imageFileIds: string[] } => {
  const wordCount = nodes.reduce((sum, node) => sum + node.wordCount, 0);
  const imageFileIds = [...new Set(nodes.flatMap((node) => node.imageFileIds ?? []))];
  if (wordCount === 0 && imageFileIds.length === 0) throw fail(contentErrors.nothingToPublish);
  return { wordCount, imageFileIds };
};

/**
 * Freezes the draft as the next edition, in the caller's transaction: title page, tree and texts are copied by hash, so
 * that nothing an author does later reaches them. Readers see it when the transaction commits.
 * @returns undefined while a split or merge is not finished: its text stands in neither of two scenes.
 */
export const freezeBook = async (
  context: ContentContext,
  db: Db,
  publishing: Publishing,
): Promise<EditionRow | undefined> => {
  const { bookId, accountId, notes } = publishing;
  const locked = await lockBook(db, bookId);
  const book = locked && !locked.binnedAt ? await findBookToPublish(db, bookId) : null;
  if (!book) throw fail(contentErrors.bookNotFound);
  if ((await listTextMoves(db, bookId)).length > 0) return undefined;
  const draft = inReadingOrder(await listDraft(db, bookId));
  const { wordCount, imageFileIds } = measureDraft(draft);
  const { title, subtitle, authorName, description, language } = book;
  const shown = (fileId: string | null): fileId is string => fileId !== null && publishing.imageFileIds.has(fileId);
  const coverFileId = shown(book.coverFileId) ? book.coverFileId : null;
  const titlePage = { title, subtitle, authorName, description, language, coverFileId };
  const publishedAt = context.clock.now();
  await lockSlugs(db);
  const edition: EditionRow = {
    id: newId(),
    bookId,
    number: await nextNumber(db, bookId),
    slug: await chooseSlug(db, book, publishing.slug),
    ...titlePage,
    notes,
    wordCount,
    sha256: hashOfEdition({ ...titlePage, nodes: draft }),
    imageFileIds: imageFileIds.filter(shown),
    publishedBy: accountId,
    publishedAt,
  };
  const sceneIds = draft.filter(({ kind }) => kind === 'scene').map(({ id }) => id);
  await keepDocuments(db, bookId, sceneIds);
  const nodes = draft.map(({ id, parentId, kind, title, matter, hash, wordCount }, position) => ({
    nodeId: id,
    position,
    parentId,
    kind,
    title,
    matter,
    hash,
    wordCount,
  }));
  await insertEdition(db, edition, nodes);
  const occasion = { bookId, sceneIds, name: `Edition ${edition.number}`, createdBy: accountId, now: publishedAt };
  await keepRevisions(db, 'published', occasion);
  const published = { slug: edition.slug, publishedEditionId: edition.id, publishedAt, updatedAt: publishedAt };
  await changeBook(db, bookId, published);
  await requestCompilation(context, db, { bookId, editionId: edition.id, format: 'epub', requestedBy: accountId });
  await announcePublication({ bus: context.bus, db }, bookId);
  return edition;
};
