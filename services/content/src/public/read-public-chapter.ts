import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { htmlOf, outlineOf } from './edition-chapters.ts';
import { findPublicEdition } from './public-store.ts';
import { viewPublicChapter } from './public-view.ts';
import { letRevalidate } from './revalidate.ts';

export const readPublicChapter: Operation<ContentContext, ContentApi['readPublicChapter']> = async (context, call) => {
  const { slug, chapterId } = call.params;
  const edition = await findPublicEdition(context.db, slug);
  if (!edition) throw fail(contentErrors.notPublished);
  const outline = await outlineOf(context, edition.id);
  const index = outline.findIndex(({ id, kind }) => id === chapterId && kind === 'chapter');
  const chapter = outline[index];
  if (!chapter) throw fail(contentErrors.notPublished, { message: 'There is no such chapter in this book.' });
  letRevalidate(call, [edition.id, chapter.id]);
  return viewPublicChapter(edition, { outline, index }, await htmlOf(context, edition, chapter));
};
