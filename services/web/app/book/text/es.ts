import { formatIn } from '../../i18n/format.ts';
import type { BookWords } from './en.ts';

const f = formatIn('es');

export const es: BookWords = {
  untitledPart: (number) => `Parte ${number}`,
  untitledChapter: (number) => `Capítulo ${number}`,
  untitledScene: (number) => `Escena ${number}`,
  untitledMatter: { front: 'Primeras páginas', back: 'Últimas páginas' },
  words: (count) => f.plural(count, { one: '# palabra', other: '# palabras' }),
};
