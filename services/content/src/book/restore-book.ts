import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import { announceMembers } from '../collaborator/announce-access.ts';
import type { ContentContext } from '../context.ts';
import { announcePublication } from '../edition/announce-publication.ts';
import { changeBook, lockBook } from './book-store.ts';
import { showBook } from './show-book.ts';

export const restoreBook: Operation<ContentContext, ContentApi['restoreBook']> = async (context, { auth, params }) => {
  const { accountId } = auth;
  const wish = { accountId, capability: 'administer', evenBinned: true } as const;
  const { bookId } = await requireBook(context.db, params.bookId, wish);
  await context.db.$transaction(async (db) => {
    const book = await lockBook(db, bookId);
    if (!book?.binnedAt) return;
    await changeBook(db, bookId, { binnedAt: null, updatedAt: context.clock.now() });
    await announceMembers({ bus: context.bus, db }, bookId);
    await announcePublication({ bus: context.bus, db }, bookId);
  });
  return await showBook(context, accountId, bookId);
};
