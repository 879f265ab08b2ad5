import { type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { given } from '../given.ts';
import { requireCover } from '../image/require-cover.ts';
import { findSeries } from '../series/series-store.ts';
import { changeBook, lockBook } from './book-store.ts';
import { showBook } from './show-book.ts';

export const updateBook: Operation<ContentContext, ContentApi['updateBook']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { bookId } = await requireBook(context.db, params.bookId, { accountId, capability: 'structure' });
  if (body.coverFileId) await requireCover(context, { bookId, fileId: body.coverFileId });
  const updatedAt = context.clock.now();
  await context.db.$transaction(async (db) => {
    const book = await lockBook(db, bookId);
    if (!book || book.binnedAt) throw fail(contentErrors.bookNotFound);
    // a series belongs to the book's owner: a co-author can put the book into those, and into no others
    if (body.seriesId && !(await findSeries(db, book.ownerId, body.seriesId))) throw fail(contentErrors.seriesNotFound);
    await changeBook(db, bookId, { ...given(body), updatedAt });
  });
  return await showBook(context, accountId, bookId);
};
