import { formatIn } from '../../i18n/format.ts';
import type { ImportWords } from './en.ts';

const f = formatIn('de');

export const de: ImportWords = {
  title: 'Ein Buch wird hereingeholt',
  doneTitle: 'Dein Buch ist da',
  failedTitle: 'Dieses Buch ließ sich nicht hereinholen',
  cancelledTitle: 'Der Import wurde angehalten',
  queued: 'Wartet, bis es an der Reihe ist …',
  running: 'Das Buch wird gelesen: Kapitel, Szenen, Fußnoten und Bilder …',
  finishing: 'Es wird ins Regal geschrieben …',
  keepGoing: 'Du kannst diese Seite verlassen; die Arbeit geht weiter, und das Buch erscheint in deinem Regal.',
  stop: 'Anhalten',
  nothingKept: 'Nichts davon wurde in dein Regal gestellt.',
  from: (fileName, format) => `Aus „${fileName}“ (${format})`,
  formats: { epub: 'EPUB', docx: 'Word', markdown: 'Markdown', html: 'HTML', text: 'reiner Text' },
  found: 'Was gefunden wurde',
  counts: {
    words: (count) => f.plural(count, { one: 'Wort', other: 'Wörter' }),
    parts: (count) => f.plural(count, { one: 'Teil', other: 'Teile' }),
    chapters: (count) => f.plural(count, { one: 'Kapitel', other: 'Kapitel' }),
    scenes: (count) => f.plural(count, { one: 'Szene', other: 'Szenen' }),
    footnotes: (count) => f.plural(count, { one: 'Fußnote', other: 'Fußnoten' }),
    images: (count) => f.plural(count, { one: 'Bild', other: 'Bilder' }),
  },
  lost: 'Weggelassen',
  lostLead: 'Das ließ sich nicht behalten. Sieh dir die genannten Stellen an.',
  changed: 'In anderer Gestalt behalten',
  changedLead: 'Vom Text fehlt nichts, aber er steht anders da als in der Vorlage.',
  info: 'Gut zu wissen',
  infoLead: 'Mit Absicht weggelassen; der Text ist vollständig.',
  clean: 'Alles kam so mit, wie es war.',
  times: (count) => `× ${f.number(count)}`,
  places: (count) => f.plural(count, { one: '# Stelle', other: '# Stellen' }),
  openBook: 'Buch öffnen',
  write: 'Zum Text',
  toShelf: 'Zum Regal',
};
