import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import { changeBook, lockBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { announceWithdrawal } from './announce-publication.ts';

export const withdrawBook: Operation<ContentContext, ContentApi['withdrawBook']> = async (
  context,
  { auth, params },
) => {
  const wish = { accountId: auth.accountId, capability: 'administer' } as const;
  const { bookId } = await requireBook(context.db, params.bookId, wish);
  await context.db.$transaction(async (db) => {
    if (!(await lockBook(db, bookId))) return;
    await announceWithdrawal({ bus: context.bus, db }, bookId);
    const withdrawn = { publishedEditionId: null, publishedAt: null, updatedAt: context.clock.now() };
    await changeBook(db, bookId, withdrawn);
  });
};
