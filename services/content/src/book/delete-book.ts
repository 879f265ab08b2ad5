import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import { announceClosing } from '../collaborator/announce-access.ts';
import type { ContentContext } from '../context.ts';
import { announceWithdrawal } from '../edition/announce-publication.ts';
import { changeBook, lockBook } from './book-store.ts';

/** Into the bin: nobody can open it and readers do not see it, until its owner takes it out again. */
export const deleteBook: Operation<ContentContext, ContentApi['deleteBook']> = async (context, { auth, params }) => {
  const { accountId } = auth;
  const wish = { accountId, capability: 'administer', evenBinned: true } as const;
  const { bookId } = await requireBook(context.db, params.bookId, wish);
  const now = context.clock.now();
  await context.db.$transaction(async (db) => {
    const book = await lockBook(db, bookId);
    if (!book || book.binnedAt) return;
    await changeBook(db, bookId, { binnedAt: now, updatedAt: now });
    await announceClosing({ bus: context.bus, db }, bookId);
    await announceWithdrawal({ bus: context.bus, db }, bookId);
  });
};
