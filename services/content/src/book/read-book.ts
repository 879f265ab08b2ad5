import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { showBook } from './show-book.ts';

export const readBook: Operation<ContentContext, ContentApi['readBook']> = async (context, { auth, params }) => {
  const { accountId } = auth;
  await requireBook(context.db, params.bookId, { accountId, capability: 'read', evenBinned: true });
  return await showBook(context, accountId, params.bookId);
};
