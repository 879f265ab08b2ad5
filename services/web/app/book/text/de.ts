import { formatIn } from '../../i18n/format.ts';
import type { BookWords } from './en.ts';

const f = formatIn('de');

export const de: BookWords = {
  untitledPart: (number) => `Teil ${number}`,
  untitledChapter: (number) => `Kapitel ${number}`,
  untitledScene: (number) => `Szene ${number}`,
  untitledMatter: { front: 'Erste Seiten', back: 'Letzte Seiten' },
  words: (count) => f.plural(count, { one: '# Wort', other: '# Wörter' }),
};
