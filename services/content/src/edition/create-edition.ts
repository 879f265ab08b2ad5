import { contentErrors, type ContentApi, platformErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { findPictures } from '../image/find-pictures.ts';
import { pullBook } from '../scene/live-texts.ts';
import { finishTextMovesOf } from '../scene/finish-text-move.ts';
import { chooseSlug } from './choose-slug.ts';
import { type EditionRow, findBookToPublish, listDraft } from './edition-store.ts';
import { viewEdition } from './edition-view.ts';
import { freezeBook, measureDraft, type Publishing } from './freeze-book.ts';

/** Tries before a book whose scenes are split and merged all the time is given up. */
const TRIES = 3;

/**
 * Makes the pictures of a draft public, which has to come first: readers must never meet an edition without them. What
 * would stop the publishing is looked for before.
 */
const publishPictures = async (
  context: ContentContext,
  bookId: string,
  slug: string | undefined,
): Promise<ReadonlySet<string>> => {
  const book = await findBookToPublish(context.db, bookId);
  if (!book) throw fail(contentErrors.bookNotFound);
  const { imageFileIds } = measureDraft(await listDraft(context.db, bookId));
  await chooseSlug(context.db, book, slug);
  const wanted = book.coverFileId === null ? imageFileIds : [...imageFileIds, book.coverFileId];
  const fileIds = (await findPictures(context, bookId, wanted)).map(({ id }) => id);
  if (fileIds.length > 0) await context.storage.publishFiles({ body: { fileIds } });
  return new Set(fileIds);
};

const tryToPublish = async (
  context: ContentContext,
  publishing: Omit<Publishing, 'imageFileIds'>,
): Promise<EditionRow | undefined> => {
  const { bookId, slug } = publishing;
  await finishTextMovesOf(context, bookId);
  await pullBook(context, bookId);
  const imageFileIds = await publishPictures(context, bookId, slug);
  return await context.db.$transaction(async (db) => await freezeBook(context, db, { ...publishing, imageFileIds }));
};

export const createEdition: Operation<ContentContext, ContentApi['createEdition']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { bookId } = await requireBook(context.db, params.bookId, { accountId, capability: 'administer' });
  for (let tried = 0; tried < TRIES; tried += 1) {
    const edition = await tryToPublish(context, { bookId, accountId, slug: body.slug, notes: body.notes });
    if (edition) return viewEdition(edition, edition.id);
  }
  throw fail(platformErrors.neighbourFailed, { retryAfterSeconds: 5 });
};
