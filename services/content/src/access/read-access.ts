import { type ContentApi, mayOnBook } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findAccessToBook, findAccessToScene } from './book-access-store.ts';

/** For the other services. A book in the bin is nobody's, not even its owner's, until it is taken out. */
export const readAccess: Operation<ContentContext, ContentApi['readAccess']> = async ({ db }, { query }) => {
  const { accountId, bookId, sceneId } = query;
  const nobody = { bookId: null, role: null };
  const found = await Promise.all([
    bookId === undefined ? undefined : findAccessToBook(db, accountId, bookId),
    sceneId === undefined ? undefined : findAccessToScene(db, accountId, sceneId),
  ]);
  const [byBook, byScene] = found;
  // both given: they have to agree, or the role in one book would open the scenes of another
  if (bookId !== undefined && sceneId !== undefined && byBook?.bookId !== byScene?.bookId) return nobody;
  const access = byScene ?? (sceneId === undefined ? byBook : undefined);
  if (!access || access.binned || !mayOnBook(access.role, 'read')) return nobody;
  return { bookId: access.bookId, role: access.role };
};
