import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { outlineOf } from './edition-chapters.ts';
import { findPublicEdition } from './public-store.ts';
import { viewContents, viewPublicBook } from './public-view.ts';
import { letRevalidate } from './revalidate.ts';

export const readPublicBook: Operation<ContentContext, ContentApi['readPublicBook']> = async (context, call) => {
  const edition = await findPublicEdition(context.db, call.params.slug);
  if (!edition) throw fail(contentErrors.notPublished);
  letRevalidate(call, [edition.id, edition.address]);
  return { ...viewPublicBook(edition), contents: viewContents(await outlineOf(context, edition.id)) };
};
