import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { findBookHead } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { findText } from './scene-text-store.ts';
import { emptyText } from './sealed-text.ts';
import { findSplitInto } from './text-move-store.ts';

/** Also of scenes in the bin, and of one that a split is about to make: it begins empty and gets its text from the editor. */
export const readSceneSeed: Operation<ContentContext, ContentApi['readSceneSeed']> = async ({ db }, { params }) => {
  const { sceneId } = params;
  const text = (await findText(db, sceneId)) ?? (await findSplitInto(db, sceneId));
  const book = text && (await findBookHead(db, text.bookId));
  if (!text || !book) throw fail(contentErrors.sceneNotFound);
  const { doc, version } = 'doc' in text ? text : { doc: emptyText().doc, version: 0 };
  // the live document counts on from our version, or news of one that was started anew would look old
  return { sceneId, bookId: book.id, language: book.language, doc: JSON.parse(doc) as { type: 'doc' }, version };
};
