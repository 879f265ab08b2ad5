import { createHash } from 'node:crypto';
import { contentErrors, platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { lockBook } from '../book/book-store.ts';
import type { CompilableNode } from '../compile/compilable-book.ts';
import { inReadingOrder } from '../compile/reading-order.ts';
import type { ContentContext } from '../context.ts';
import {
  findBookToPublish,
  findEdition,
  listDraftTexts,
  listEditionTexts,
  type NodeText,
} from '../edition/edition-store.ts';
import { finishTextMovesOf } from '../scene/finish-text-move.ts';
import { pullBook } from '../scene/live-texts.ts';
import { listTextMoves } from '../scene/text-move-store.ts';
import type { CompilationRow } from './compilation-store.ts';

/** A node with its text and the hash by which that is known. */
export type SourceNode = CompilableNode & { readonly hash: string | null; readonly imageFileIds: readonly string[] };

/** Everything that goes into a file, but for the bytes of its pictures. */
export interface CompilableSource {
  readonly bookId: string;
  /** Whose the file will be. */
  readonly ownerId: string;
  readonly title: string;
  readonly subtitle: string;
  readonly authorName: string;
  readonly description: string;
  readonly language: string;
  readonly coverFileId: string | null;
  readonly edition: number | null;
  readonly changedAt: string;
  readonly nodes: readonly SourceNode[];
  /** Pictures that may be shown; null: whichever the book may show now. */
  readonly imageFileIds: readonly string[] | null;
}

const sourceNodeOf = (row: NodeText): SourceNode => ({
  id: row.id,
  parentId: row.parentId,
  kind: row.kind,
  title: row.title,
  matter: row.matter,
  wordCount: row.wordCount,
  doc: row.doc,
  hash: row.hash,
  imageFileIds: row.imageFileIds ?? [],
});

const gatherDraft = async (context: ContentContext, bookId: string): Promise<CompilableSource> => {
  await finishTextMovesOf(context, bookId);
  await pullBook(context, bookId);
  return await context.db.$transaction(async (db) => {
    const locked = await lockBook(db, bookId);
    const book = locked && !locked.binnedAt ? await findBookToPublish(db, bookId) : null;
    if (!book) throw fail(contentErrors.bookNotFound);
    // a split that began meanwhile has text that stands in neither of two scenes: the job is tried again
    if ((await listTextMoves(db, bookId)).length > 0) throw fail(platformErrors.neighbourFailed);
    const rows = inReadingOrder(await listDraftTexts(db, bookId));
    const changedAt = new Date(Math.max(0, ...rows.map(({ updatedAt }) => updatedAt.getTime()))).toISOString();
    const { ownerId, title, subtitle, authorName, description, language, coverFileId } = book;
    const titlePage = { title, subtitle, authorName, description, language, coverFileId };
    const nodes = rows.map(sourceNodeOf);
    return { bookId, ownerId, ...titlePage, edition: null, changedAt, nodes, imageFileIds: null };
  });
};

const gatherEdition = async ({ db }: ContentContext, bookId: string, editionId: string): Promise<CompilableSource> => {
  const [edition, book] = await Promise.all([findEdition(db, editionId), findBookToPublish(db, bookId)]);
  if (!edition || !book) throw fail(contentErrors.editionNotFound);
  const { title, subtitle, authorName, description, language, coverFileId, number, imageFileIds } = edition;
  return {
    bookId,
    ownerId: book.ownerId,
    title,
    subtitle,
    authorName,
    description,
    language,
    coverFileId,
    edition: number,
    changedAt: edition.publishedAt.toISOString(),
    nodes: (await listEditionTexts(db, editionId)).map(({ imageFileIds, ...node }) => ({
      ...node,
      imageFileIds: imageFileIds ?? [],
    })),
    imageFileIds: coverFileId === null ? imageFileIds : [...imageFileIds, coverFileId],
  };
};

/**
 * What a compilation is made of: of an edition what was frozen; of a draft the live texts as they are now.
 * @throws ApiError or SERVICE_UNAVAILABLE when the newest texts cannot be had: nobody gets an old text for a new one.
 */
export const gatherSource = async (context: ContentContext, row: CompilationRow): Promise<CompilableSource> =>
  row.editionId === null
    ? await gatherDraft(context, row.bookId)
    : await gatherEdition(context, row.bookId, row.editionId);

/** By how a compiler's output is known: the same content in the same format by the same compiler is the same file. */
export const hashOfContent = (
  source: CompilableSource,
  how: { readonly format: string; readonly compilerVersion: number; readonly imageHashes: readonly string[] },
): string => {
  const { bookId, title, subtitle, authorName, description, language, coverFileId, edition } = source;
  const form = [
    ['authorworks-compilation', how.format, how.compilerVersion],
    [bookId, title, subtitle, authorName, description, language, coverFileId, edition],
    source.nodes.map(({ id, parentId, kind, title, matter, hash }) => [id, parentId, kind, title, matter, hash]),
    how.imageHashes,
  ];
  return createHash('sha256').update(JSON.stringify(form)).digest('hex');
};
