import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { findBookHead } from '../book/book-store.ts';
import { listTree } from './node-store.ts';
import { viewTree } from './node-view.ts';

export const readTree: Operation<ContentContext, ContentApi['readTree']> = async ({ db }, { auth, params }) => {
  const { bookId } = await requireBook(db, params.bookId, { accountId: auth.accountId, capability: 'read' });
  const [book, rows] = await Promise.all([findBookHead(db, bookId), listTree(db, bookId)]);
  if (!book) throw fail(contentErrors.bookNotFound);
  return viewTree(book, rows);
};
