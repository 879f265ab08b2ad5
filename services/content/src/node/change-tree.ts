import { contentErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { lockBook, recountBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import type { Db } from '../database.ts';

/**
 * Changes the tree of a book: one change at a time, in one transaction, after which the book's counts are true.
 * @throws CONTENT_BOOK_NOT_FOUND when the book is gone or went to the bin meanwhile.
 */
export const changeTree = async <T>(
  context: Pick<ContentContext, 'db' | 'clock'>,
  bookId: string,
  work: (db: Db, now: Date) => Promise<T>,
): Promise<T> => {
  const now = context.clock.now();
  return await context.db.$transaction(async (db) => {
    const book = await lockBook(db, bookId);
    if (!book || book.binnedAt) throw fail(contentErrors.bookNotFound);
    const result = await work(db, now);
    await recountBook(db, bookId, now);
    return result;
  });
};
