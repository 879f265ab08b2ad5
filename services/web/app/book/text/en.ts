import { formatIn } from '../../i18n/format.ts';

const f = formatIn('en');

export const en = {
  untitledPart: (number: number) => `Part ${number}`,
  untitledChapter: (number: number) => `Chapter ${number}`,
  untitledScene: (number: number) => `Scene ${number}`,
  untitledMatter: { front: 'Opening pages', back: 'Closing pages' },
  words: (count: number) => f.plural(count, { one: '# word', other: '# words' }),
};
export type BookWords = typeof en;
