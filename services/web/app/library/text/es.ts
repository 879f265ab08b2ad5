import { formatIn } from '../../i18n/format.ts';
import type { LibraryWords } from './en.ts';

const f = formatIn('es');

export const es: LibraryWords = {
  title: 'Libros',
  lead: 'Lo que se ha publicado en esta casa. Léelo aquí o llévate el EPUB.',
  emptyTitle: 'Todavía no se ha publicado nada',
  empty: 'El primer libro que se publique aquí aparecerá en esta página.',
  more: 'Mostrar más libros',
  by: (author) => `de ${author}`,
  read: 'Leer',
  readOn: 'Seguir leyendo',
  epub: 'Descargar EPUB',
  hours: (words) => {
    const minutes = Math.max(1, Math.round(words / 250));
    if (minutes < 60) return f.plural(minutes, { one: '# minuto de lectura', other: '# minutos de lectura' });
    return f.plural(Math.round(minutes / 60), {
      one: 'alrededor de # hora de lectura',
      other: 'alrededor de # horas de lectura',
    });
  },
  words: (count) => f.plural(count, { one: '# palabra', other: '# palabras' }),
  edition: (number) => `Edición ${f.number(number)}`,
  published: 'publicado',
  language: 'en',
  opening: 'Primeras páginas',
  untitled: (number) => `Capítulo ${f.number(number)}`,
  contents: 'Índice',
  minutes: (minutes) => `${f.number(minutes)} min`,
  about: 'Sobre el libro',
  notFoundTitle: 'Este libro no está aquí',
  notFound: 'No está publicado en esta dirección, o ya no lo está.',
  allBooks: 'Todos los libros de esta casa',
};
