import type { SourceElement } from './source-tree.ts';

const NOTHING: readonly string[] = [];
const TOKENS_LIMIT = 32;

const tokensOf = (value: string | undefined): readonly string[] =>
  value === undefined ? NOTHING : value.toLowerCase().split(/\s+/, TOKENS_LIMIT);

export const classesOf = (element: SourceElement): readonly string[] => tokensOf(element.attributes.get('class'));

/** What the element is by `epub:type` and `role`, such as `noteref`, `doc-noteref`, `z3998:poem`. */
export const typesOf = (element: SourceElement): readonly string[] => {
  const types = tokensOf(element.attributes.get('epub:type'));
  const roles = tokensOf(element.attributes.get('role'));
  return types.length > 0 && roles.length > 0 ? [...types, ...roles] : types.length > 0 ? types : roles;
};

const has = (tokens: readonly string[], wanted: ReadonlySet<string>): boolean =>
  tokens.some((token) => wanted.has(token));

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const NOTE_REFERENCE = set('noteref doc-noteref');
const BACK_LINK = set('backlink doc-backlink referrer');
const NOTE = set('footnote endnote rearnote note doc-footnote doc-endnote');
const NOTES = set('footnotes endnotes rearnotes doc-endnotes');
const NOTES_CLASS = set('footnotes endnotes notes');
const VERSE = set('z3998:poem z3998:verse z3998:song z3998:hymn z3998:lyrics');
const VERSE_CLASS = set('poem poetry verse verses stanza linegroup lg poetry-container');
const STANZA_CLASS = set('stanza linegroup lg verse-group');
const LINE_CLASS = set('line verse-line l');
const BREAK_CLASS = set('scene-break scenebreak section-break sectionbreak thought-break tb asterism ornament fleuron');
const PAGE = set('pagebreak doc-pagebreak');
const PAGE_CLASS = set('pagenum pagenumber pageno page-number page-num');

export const isNoteReference = (element: SourceElement): boolean => has(typesOf(element), NOTE_REFERENCE);
export const isBackLink = (element: SourceElement): boolean =>
  has(typesOf(element), BACK_LINK) ||
  classesOf(element).some((name) => /back-?(?:ref|link)|^footnote-back$/.test(name));
export const isNote = (element: SourceElement): boolean => has(typesOf(element), NOTE);
export const isNotes = (element: SourceElement): boolean =>
  has(typesOf(element), NOTES) || has(classesOf(element), NOTES_CLASS);
export const isVerse = (element: SourceElement): boolean =>
  has(typesOf(element), VERSE) || has(classesOf(element), VERSE_CLASS);
export const isStanza = (element: SourceElement): boolean => has(classesOf(element), STANZA_CLASS);
export const isVerseLine = (element: SourceElement): boolean => has(classesOf(element), LINE_CLASS);
export const isSceneBreak = (element: SourceElement): boolean => has(classesOf(element), BREAK_CLASS);
export const isPageNumber = (element: SourceElement): boolean =>
  has(typesOf(element), PAGE) || has(classesOf(element), PAGE_CLASS);

/** What a quote is by its type or class; `null` when it is a plain one. */
export const quoteKindOf = (element: SourceElement): 'epigraph' | 'letter' | null => {
  const types = typesOf(element);
  const classes = classesOf(element);
  if (types.includes('epigraph') || types.includes('doc-epigraph') || classes.includes('epigraph')) return 'epigraph';
  return types.includes('z3998:letter') || classes.includes('letter') ? 'letter' : null;
};

/** All text within, as it is written; only so much of it that a decision can be made. */
export const textOf = (element: SourceElement, limit = 10_000): string => {
  let text = '';
  const collect = (node: SourceElement): void => {
    for (const child of node.children) {
      if (text.length >= limit) return;
      if (typeof child === 'string') text += child;
      else collect(child);
    }
  };
  collect(element);
  return text.slice(0, limit);
};

/** The first element within for which a test holds, in the order of the document. */
export const findWithin = (
  element: SourceElement,
  test: (candidate: SourceElement) => boolean,
): SourceElement | null => {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    const found = test(child) ? child : findWithin(child, test);
    if (found) return found;
  }
  return null;
};
