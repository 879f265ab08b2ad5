import { type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { given } from '../given.ts';
import { findSeries } from '../series/series-store.ts';
import { insertBook } from './book-store.ts';
import { showBook } from './show-book.ts';

export const createBook: Operation<ContentContext, ContentApi['createBook']> = async (context, { auth, body }) => {
  const { db, clock } = context;
  const { accountId } = auth;
  if (body.seriesId !== undefined && !(await findSeries(db, accountId, body.seriesId)))
    throw fail(contentErrors.seriesNotFound);
  const { title, language, authorName = auth.name, ...rest } = body;
  const id = newId();
  const book = { id, ownerId: accountId, title, language, authorName, ...given(rest) };
  await insertBook(db, book, { collaboratorId: newId(), now: clock.now() });
  return await showBook(context, accountId, id);
};
