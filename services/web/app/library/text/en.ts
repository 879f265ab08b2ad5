import { formatIn } from '../../i18n/format.ts';

const f = formatIn('en');

export const en = {
  title: 'Books',
  lead: 'What was published in this house. Read here, or take the EPUB with you.',
  emptyTitle: 'Nothing is published yet',
  empty: 'The first book that is published here will stand on this page.',
  more: 'Show more books',
  by: (author: string) => `by ${author}`,
  read: 'Read',
  readOn: 'Read on',
  epub: 'Download EPUB',
  hours: (words: number) => {
    const minutes = Math.max(1, Math.round(words / 250));
    if (minutes < 60) return f.plural(minutes, { one: '# minute of reading', other: '# minutes of reading' });
    return f.plural(Math.round(minutes / 60), { one: 'about # hour of reading', other: 'about # hours of reading' });
  },
  words: (count: number) => f.plural(count, { one: '# word', other: '# words' }),
  edition: (number: number) => `Edition ${f.number(number)}`,
  published: 'published',
  language: 'in',
  opening: 'Opening pages',
  untitled: (number: number) => `Chapter ${f.number(number)}`,
  contents: 'Contents',
  minutes: (minutes: number) => `${f.number(minutes)} min`,
  about: 'About the book',
  notFoundTitle: 'This book is not here',
  notFound: 'It is not published at this address, or not any more.',
  allBooks: 'All books of this house',
};
export type LibraryWords = typeof en;
