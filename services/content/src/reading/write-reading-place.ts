import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { outlineOf } from '../public/edition-chapters.ts';
import { findPublicEdition } from '../public/public-store.ts';
import { keepPlace } from './reading-place-store.ts';
import { viewPlace } from './reading-place-view.ts';

export const writeReadingPlace: Operation<ContentContext, ContentApi['writeReadingPlace']> = async (
  context,
  { auth, params, body },
) => {
  const edition = await findPublicEdition(context.db, params.slug);
  if (!edition) throw fail(contentErrors.notPublished);
  const outline = await outlineOf(context, edition.id);
  if (!outline.some(({ id }) => id === body.chapterId))
    throw fail(contentErrors.notPublished, { message: 'There is no such chapter in this book.' });
  const key = { accountId: auth.accountId, bookId: edition.bookId };
  return viewPlace(await keepPlace(context.db, key, { ...body, updatedAt: context.clock.now() }));
};
