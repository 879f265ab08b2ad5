import { contentErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findCoverUrls } from '../image/find-cover-urls.ts';
import { findBook } from './book-store.ts';
import { viewBook } from './book-view.ts';

/** A book as an account sees it after something was done to it. @throws CONTENT_BOOK_NOT_FOUND when it is gone meanwhile. */
export const showBook = async (
  context: ContentContext,
  accountId: string,
  bookId: string,
): Promise<ReturnType<typeof viewBook>> => {
  const row = await findBook(context.db, accountId, bookId);
  if (!row?.collaborators[0]) throw fail(contentErrors.bookNotFound);
  return viewBook(row, await findCoverUrls(context, [row.coverFileId]));
};
