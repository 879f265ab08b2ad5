import type { PublicContentsEntry } from '@authorworks/contracts';
import type { z } from 'zod';
import type { LibraryWords } from './text/en.ts';

type Entry = z.infer<typeof PublicContentsEntry>;

/** What each entry is called; chapters without a title by their place: the pages before the first one, or a number. */
export const contentsNames = (
  contents: readonly Entry[],
  t: Pick<LibraryWords, 'opening' | 'untitled'>,
): ReadonlyMap<string, string> => {
  const chapters = contents.filter(({ kind }) => kind === 'chapter');
  const hasTitles = chapters.some(({ title }) => title.trim() !== '');
  return new Map(
    contents.map((entry) => {
      const index = chapters.indexOf(entry);
      const untitled = index === 0 && hasTitles ? t.opening : t.untitled(index + 1);
      return [entry.id, entry.title.trim() || untitled];
    }),
  );
};
