import { describe, expect, it } from 'vitest';
import { languages } from '../../app/i18n/language.ts';

const modules = import.meta.glob<Record<string, unknown>>('../../app/*/text*/*.ts', { eager: true });
const declarations = import.meta.glob<string>('../../app/*/*text.ts', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const translations = Object.keys(languages).filter((language) => language !== 'en');
const folderOf = (path: string): string => path.replace('../../app/', '').replace(/\/[\w-]+\.ts$/, '');
const parts = [...new Set(Object.keys(modules).map(folderOf))];

interface Sentence {
  readonly path: string;
  readonly text: string;
  /** Which of the values that it was given it tells. */
  readonly tells: string;
}

/** Values that sentences may be made with: numbers or names, few or many. What a sentence does not use does no harm. */
const VALUES = [
  [3, 417],
  [417, 3],
  [1, 1],
  ['Ines', 'Mary'],
  [0.42, '9 MB'],
] as const;

const madeWith = (sentence: (...values: readonly unknown[]) => string, path: string): Sentence[] =>
  VALUES.map((values, index) => {
    const text = sentence(...values);
    const tells = ['417', 'Ines', 'Mary', '42', '9 MB'].filter((value) => text.includes(value)).join();
    return { path: `${path}(${index})`, text, tells };
  });

const sentencesOf = (words: unknown, path = ''): Sentence[] => {
  if (typeof words === 'string') return [{ path, text: words, tells: (words.match(/\{\w+\}/g) ?? []).join() }];
  if (typeof words === 'function') return madeWith(words as Parameters<typeof madeWith>[0], path);
  if (typeof words !== 'object' || words === null) throw new Error(`${path} is no text.`);
  return Object.entries(words).flatMap(([key, value]) => sentencesOf(value, path === '' ? key : `${path}.${key}`));
};

const wordsOf = (part: string, language: string): Sentence[] =>
  sentencesOf(modules[`../../app/${part}/${language}.ts`]?.[language]);

/** Sentences for the server's codes, which speaks English itself. */
const isOfCode = ({ path }: Sentence): boolean => path.startsWith('codes.');

describe('the languages of the interface', () => {
  it('are English, German and Spanish, in every part of the app', () => {
    expect(translations.toSorted()).toEqual(['de', 'es']);
    expect(parts.length).toBeGreaterThan(10);
    const wanted = parts.flatMap((part) => ['en', ...translations].map((one) => `../../app/${part}/${one}.ts`));
    expect(Object.keys(modules).toSorted()).toEqual(wanted.toSorted());
  });

  it('are fetched when they are chosen', () => {
    const declared = Object.entries(declarations).flatMap(([path, source]) =>
      [...source.matchAll(/import\('\.\/([\w-]+)\/(\w+)\.ts'\)/g)].map(
        ([, folder, language]) => `${folderOf(path)}/${folder}/${language}`,
      ),
    );
    const wanted = parts.flatMap((part) => translations.map((language) => `${part}/${language}`));
    expect(declared.toSorted()).toEqual(wanted.toSorted());
  });

  describe.each(parts)('in %s', (part) => {
    it.each(translations)('have every sentence in "%s", with the same values in it', (language) => {
      const english = wordsOf(part, 'en');
      const translated = wordsOf(part, language).filter((sentence) => !isOfCode(sentence));
      expect(translated.map(({ path }) => path)).toEqual(english.map(({ path }) => path));
      expect(translated.filter(({ tells }, index) => tells !== english[index]?.tells)).toEqual([]);
      expect(translated.filter(({ text }) => text.trim() === '')).toEqual([]);
    });

    it.each(translations)('say no whole sentence in English where "%s" was chosen', (language) => {
      const english = new Map(wordsOf(part, 'en').map(({ path, text }) => [path, text]));
      const isSentence = (text: string): boolean =>
        text.split(/\s+/).filter((word) => /\p{L}{2}/u.test(word)).length > 2;
      expect(
        wordsOf(part, language).filter(({ path, text }) => isSentence(text) && english.get(path) === text),
      ).toEqual([]);
    });

    it('have words for the same codes of the server', () => {
      const [first, ...others] = translations.map((language) =>
        wordsOf(part, language)
          .filter(isOfCode)
          .map(({ path }) => path),
      );
      for (const other of others) expect(other).toEqual(first);
    });
  });
});
