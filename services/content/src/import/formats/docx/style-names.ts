/** What a paragraph is by the name of its style. */
export type ParagraphRole =
  | 'title'
  | 'subtitle'
  | 'author'
  | 'heading'
  | 'quote'
  | 'epigraph'
  | 'letter'
  | 'verse'
  | 'code'
  | 'caption'
  | 'scene-break'
  | 'contents'
  | 'date';

export interface NamedRole {
  readonly role: ParagraphRole;
  /** Of headings, from 1 on. */
  readonly level?: number;
}

/**
 * Names of styles, in the languages in which word processors show them. Word itself always writes the English names of
 * its own styles into the file; other programs, and styles that people make, have names in any language.
 */
const HEADING =
  /^(?:heading|überschrift|titre|título|titulo|encabezado|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|başlık|заголовок|επικεφαλίδα|見出し|标题|標題|제목|כותרת|عنوان|titlu|tytuł)\s*(\d)$/;

const ROLES: readonly (readonly [RegExp, ParagraphRole])[] = [
  [
    /^(?:title|book title|titel|titre|título|titulo|titolo|название|タイトル|标题|標題|제목|buchtitel|título del libro)$/,
    'title',
  ],
  [/^(?:subtitle|untertitel|sous-titre|subtítulo|subtitulo|sottotitolo|ondertitel|подзаголовок)$/, 'subtitle'],
  [/^(?:author|byline|autor|autorin|auteur|autore)$/, 'author'],
  [/^(?:date|datum|fecha|data)$/, 'date'],
  [/^(?:epigraph|motto|épigraphe|epígrafe|epigrafe|epigraph text)\b/, 'epigraph'],
  [/^(?:letter|brief|lettre|carta|lettera|letter text)$/, 'letter'],
  [/^(?:verse|poem|poetry|vers|verse text|gedicht|poème|poema|verso|poesia|lyrics|song)\b/, 'verse'],
  [
    /^(?:(?:intense |block )?quot(?:e|ation)s?|block ?text|extract|intensives zitat|zitat|blockzitat|citation(?: intense)?|cita(?: destacada)?|citazione(?: intensa)?|blockquote|quotations)$/,
    'quote',
  ],
  [/^(?:source code|code|html preformatted|preformatted text|plain text|quelltext|programmlisting)$/, 'code'],
  [/^(?:caption|image caption|beschriftung|légende|leyenda|didascalia|figure|abbildung)$/, 'caption'],
  [/^(?:scene ?break|section ?break|szenentrenner|szenenwechsel|ornament|asterism|salto de escena)$/, 'scene-break'],
  [
    /^(?:toc(?: heading|\s*\d)|table of (?:contents|figures|authorities)|contents(?: heading)?\s*\d?|verzeichnis\s*\d|inhaltsverzeichnis.*|tabla de contenido|índice\s*\d|tdc?\s*\d|index(?: heading|\s*\d)?)$/,
    'contents',
  ],
];

/** What a style is by its name; undefined for a name that says nothing. */
export const roleOfStyleName = (name: string): NamedRole | undefined => {
  const bare = name
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/[\s_]+/g, ' ')
    .trim();
  const level = HEADING.exec(bare)?.[1];
  if (level !== undefined) return { role: 'heading', level: Math.max(1, Number(level)) };
  if (
    /^(?:chapter|chapter title|chapter heading|kapitel|kapiteltitel|kapitelüberschrift|título de capítulo|titre de chapitre)$/.test(
      bare,
    )
  )
    return { role: 'heading', level: 1 };
  const found = ROLES.find(([pattern]) => pattern.test(bare));
  return found && { role: found[1] };
};
