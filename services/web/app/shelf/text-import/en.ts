import { formatIn } from '../../i18n/format.ts';

const f = formatIn('en');

export const en = {
  title: 'Bringing a book in',
  doneTitle: 'Your book is here',
  failedTitle: 'This book could not be brought in',
  cancelledTitle: 'The import was stopped',
  queued: 'Waiting for its turn…',
  running: 'Reading the book: chapters, scenes, notes and pictures…',
  finishing: 'Writing it onto the shelf…',
  keepGoing: 'You may leave this page; the work goes on, and the book appears on your shelf.',
  stop: 'Stop',
  nothingKept: 'Nothing of it was put on your shelf.',
  from: (fileName: string, format: string) => `From “${fileName}” (${format})`,
  formats: { epub: 'EPUB', docx: 'Word', markdown: 'Markdown', html: 'HTML', text: 'plain text' },
  found: 'What was found',
  counts: {
    words: (count: number) => f.plural(count, { one: 'word', other: 'words' }),
    parts: (count: number) => f.plural(count, { one: 'part', other: 'parts' }),
    chapters: (count: number) => f.plural(count, { one: 'chapter', other: 'chapters' }),
    scenes: (count: number) => f.plural(count, { one: 'scene', other: 'scenes' }),
    footnotes: (count: number) => f.plural(count, { one: 'footnote', other: 'footnotes' }),
    images: (count: number) => f.plural(count, { one: 'picture', other: 'pictures' }),
  },
  lost: 'Left out',
  lostLead: 'These things could not be kept. Look at the places that are named.',
  changed: 'Kept in another shape',
  changedLead: 'Nothing of the text is missing, but it stands differently from the source.',
  info: 'Worth knowing',
  infoLead: 'Left out on purpose; the text is complete.',
  clean: 'Everything came along as it was.',
  times: (count: number) => `× ${f.number(count)}`,
  places: (count: number) => f.plural(count, { one: '# place', other: '# places' }),
  openBook: 'Open the book',
  write: 'Go to the text',
  toShelf: 'To the shelf',
};
export type ImportWords = typeof en;
