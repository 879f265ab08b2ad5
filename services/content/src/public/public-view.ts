import { contentApi, type PublicBook, type PublicChapter } from '@authorworks/contracts';
import type { z } from 'zod';
import type { EditionOutline } from './chapter-cache.ts';
import { coverUrlOf, wordsOf } from './edition-chapters.ts';
import type { PublicEdition } from './public-store.ts';

type PublicBookView = z.input<typeof PublicBook>;

export const viewPublicBook = (edition: PublicEdition): Omit<PublicBookView, 'contents'> => ({
  slug: edition.address,
  title: edition.title,
  subtitle: edition.subtitle,
  authorName: edition.authorName,
  description: edition.description,
  language: edition.language,
  wordCount: edition.wordCount,
  edition: edition.number,
  publishedAt: edition.publishedAt.toISOString(),
  coverUrl: coverUrlOf(edition),
  epubUrl: contentApi.downloadPublicEpub.path.replace(':slug', edition.address),
});

export const viewContents = (outline: EditionOutline): PublicBookView['contents'] =>
  outline.map(({ id, kind, title, depth }, index) => ({ id, kind, title, depth, wordCount: wordsOf(outline, index) }));

/** @param index Of the chapter in the outline. Parts are passed over on the way to the next and the previous one. */
export const viewPublicChapter = (
  edition: PublicEdition,
  place: { readonly outline: EditionOutline; readonly index: number },
  html: string,
): z.input<typeof PublicChapter> => {
  const { outline, index } = place;
  const chapter = outline[index];
  if (!chapter) throw new Error('there is no such chapter in this outline');
  const isChapter = ({ kind }: EditionOutline[number]): boolean => kind === 'chapter';
  return {
    id: chapter.id,
    title: chapter.title,
    partTitle: chapter.partTitle,
    html,
    language: edition.language,
    wordCount: wordsOf(outline, index),
    previousId: outline.slice(0, index).findLast(isChapter)?.id ?? null,
    nextId: outline.slice(index + 1).find(isChapter)?.id ?? null,
  };
};
