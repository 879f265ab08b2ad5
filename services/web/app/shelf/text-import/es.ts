import { formatIn } from '../../i18n/format.ts';
import type { ImportWords } from './en.ts';

const f = formatIn('es');

export const es: ImportWords = {
  title: 'Trayendo un libro',
  doneTitle: 'Tu libro ya está aquí',
  failedTitle: 'No se pudo traer este libro',
  cancelledTitle: 'La importación se detuvo',
  queued: 'Esperando su turno…',
  running: 'Leyendo el libro: capítulos, escenas, notas e imágenes…',
  finishing: 'Escribiéndolo en la estantería…',
  keepGoing: 'Puedes dejar esta página; el trabajo continúa y el libro aparecerá en tu estantería.',
  stop: 'Detener',
  nothingKept: 'Nada de él se ha puesto en tu estantería.',
  from: (fileName, format) => `De «${fileName}» (${format})`,
  formats: { epub: 'EPUB', docx: 'Word', markdown: 'Markdown', html: 'HTML', text: 'texto' },
  found: 'Lo que se encontró',
  counts: {
    words: (count) => f.plural(count, { one: 'palabra', other: 'palabras' }),
    parts: (count) => f.plural(count, { one: 'parte', other: 'partes' }),
    chapters: (count) => f.plural(count, { one: 'capítulo', other: 'capítulos' }),
    scenes: (count) => f.plural(count, { one: 'escena', other: 'escenas' }),
    footnotes: (count) => f.plural(count, { one: 'nota', other: 'notas' }),
    images: (count) => f.plural(count, { one: 'imagen', other: 'imágenes' }),
  },
  lost: 'Omitido',
  lostLead: 'Esto no se pudo conservar. Mira los lugares que se nombran.',
  changed: 'Conservado de otra forma',
  changedLead: 'No falta nada del texto, pero está dispuesto de otro modo que en el original.',
  info: 'Conviene saber',
  infoLead: 'Omitido a propósito; el texto está completo.',
  clean: 'Todo vino tal como era.',
  times: (count) => `× ${f.number(count)}`,
  places: (count) => f.plural(count, { one: '# lugar', other: '# lugares' }),
  openBook: 'Abrir el libro',
  write: 'Ir al texto',
  toShelf: 'A la estantería',
};
