import { formatIn } from '../../i18n/format.ts';
import type { LibraryWords } from './en.ts';

const f = formatIn('de');

export const de: LibraryWords = {
  title: 'Bücher',
  lead: 'Was in diesem Haus erschienen ist. Lies es hier, oder nimm das EPUB mit.',
  emptyTitle: 'Noch ist nichts erschienen',
  empty: 'Das erste Buch, das hier veröffentlicht wird, steht dann auf dieser Seite.',
  more: 'Mehr Bücher zeigen',
  by: (author) => `von ${author}`,
  read: 'Lesen',
  readOn: 'Weiterlesen',
  epub: 'EPUB herunterladen',
  hours: (words) => {
    const minutes = Math.max(1, Math.round(words / 250));
    if (minutes < 60) return f.plural(minutes, { one: '# Minute Lesezeit', other: '# Minuten Lesezeit' });
    return f.plural(Math.round(minutes / 60), { one: 'etwa # Stunde Lesezeit', other: 'etwa # Stunden Lesezeit' });
  },
  words: (count) => f.plural(count, { one: '# Wort', other: '# Wörter' }),
  edition: (number) => `${f.number(number)}. Ausgabe`,
  published: 'erschienen',
  language: 'auf',
  opening: 'Erste Seiten',
  untitled: (number) => `Kapitel ${f.number(number)}`,
  contents: 'Inhalt',
  minutes: (minutes) => `${f.number(minutes)} Min.`,
  about: 'Über das Buch',
  notFoundTitle: 'Dieses Buch ist nicht hier',
  notFound: 'Unter dieser Adresse ist es nicht (mehr) veröffentlicht.',
  allBooks: 'Alle Bücher dieses Hauses',
};
