import type { ImportedNode } from './imported-book.ts';

/** What stands before and behind the body in books, in the languages that the house speaks. */
const FRONT =
  /^(title ?page|half ?title|imprint|copyright|dedication|epigraph|foreword|preface|contents|table of contents|list of illustrations|acknowledge?ments?|vorwort|widmung|impressum|inhalt|inhaltsverzeichnis|danksagung|prefacio|prólogo del autor|dedicatoria|índice|agradecimientos)$/i;
const BACK =
  /^(afterword|postscript|appendix.*|glossary|notes|endnotes|bibliography|index|about the author|author['’]s note|colophon|uncopyright|nachwort|anhang.*|glossar|anmerkungen|über (den autor|die autorin)|epílogo del autor|apéndice.*|glosario|notas|sobre (el autor|la autora))$/i;

/** Where a chapter stands, as far as its name tells. Prologues and epilogues belong to the story. */
export const matterOfTitle = (title: string): ImportedNode['matter'] => {
  const name = title.trim().slice(0, 100);
  if (FRONT.test(name)) return 'front';
  return BACK.test(name) ? 'back' : 'body';
};
