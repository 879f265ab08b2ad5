import type { ConversionNote } from '../schema/conversion-notes.ts';
import { isLanguageTag } from '../schema/attributes.ts';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { findWithin, textOf } from './element-roles.ts';
import { indexFootnotes } from './footnote-index.ts';
import { readElement } from './read-element.ts';
import {
  BLANK,
  createNode,
  flush,
  type FromXhtmlOptions,
  newReader,
  PARAGRAPH,
  type Reader,
  readChildren,
  type Scope,
} from './reader.ts';
import { relinkManuscript } from './relink-manuscript.ts';
import { readSourceTree, type SourceElement, type SourceTree } from './source-tree.ts';

export interface ReadXhtml {
  /** Every block has an id; in normal form. */
  readonly doc: DocNode;
  /** What was changed or left out. */
  readonly notes: readonly ConversionNote[];
  /** Ids of the source, and the block at which each stood: where a caller may split, or links from elsewhere lead. */
  readonly anchors: ReadonlyMap<string, string>;
  /** What the source calls itself, when it does. */
  readonly title: string | null;
  /** Language of the text as the source's root element says it, or the caller did. */
  readonly language: string | null;
}

const { nodes } = manuscriptSchema;

/** How many paragraphs there must be for each empty one, for the empty ones to mean something. */
const PARAGRAPHS_FOR_A_BREAK = 6;

/** What becomes of empty paragraphs, now that it is known how many there are. */
const settleBlanks = (reader: Reader, blocks: readonly DocNode[]): DocNode[] => {
  const blanks = blocks.filter((block) => block === BLANK).length;
  if (blanks === 0) return [...blocks];
  const wanted = reader.options.blankParagraphs ?? 'auto';
  const isRare = blanks * PARAGRAPHS_FOR_A_BREAK <= blocks.length - blanks;
  const areBreaks = wanted === 'scene-break' || (wanted === 'auto' && isRare);
  const settled: DocNode[] = [];
  for (const [index, block] of blocks.entries()) {
    if (block !== BLANK) {
      settled.push(block);
      continue;
    }
    const before = settled.at(-1);
    const after = blocks.slice(index + 1, index + 20).find((next) => next !== BLANK);
    const isBetween = before?.type === nodes.paragraph && after?.type === nodes.paragraph;
    if (areBreaks && isBetween) settled.push(createNode(reader, { type: nodes.sceneBreak, attributes: {} }));
    reader.notes.add(areBreaks && isBetween ? 'blank-as-scene-break' : 'blank-paragraph-dropped');
  }
  return settled;
};

const languageOfRoot = (root: SourceElement): string | null => {
  for (const name of ['html', 'body']) {
    const element = findWithin(root, (child) => child.name === name);
    const lang = element?.attributes.get('xml:lang') ?? element?.attributes.get('lang');
    if (isLanguageTag(lang)) return lang;
  }
  return null;
};

/** What to read: the body, or all of it when the source is a fragment. */
const contentOf = (root: SourceElement): SourceElement =>
  findWithin(root, (child) => child.name === 'body') ?? findWithin(root, (child) => child.name === 'html') ?? root;

const readBlocks = (reader: Reader, root: SourceElement): DocNode[] => {
  const scope: Scope = { marks: [], align: null, noIndent: false, language: reader.baseLanguage };
  const content = contentOf(root);
  if (content === root) readChildren(reader, content, scope);
  else readElement(reader, content, scope);
  flush(reader);
  const blocks = settleBlanks(reader, reader.out);
  return blocks.length > 0 ? blocks : [createNode(reader, PARAGRAPH)];
};

/**
 * Reads HTML or XHTML: what `toXhtml` writes, the files of real EPUBs, pages of the web, however messy or hostile. It
 * never throws and takes time linear in the input. Nothing that could run survives, because nothing is copied: the
 * document is built anew of the schema's nodes, and addresses are checked. What could not be kept is told in `notes`.
 *
 * @param html The source, or its tree where a caller has it already.
 */
export const fromXhtml = (html: string | SourceTree, options: FromXhtmlOptions = {}): ReadXhtml => {
  const tree = typeof html === 'string' ? readSourceTree(html) : html;
  const language = options.language ?? languageOfRoot(tree.root);
  const reader = newReader({ options, footnotes: indexFootnotes(tree), baseLanguage: language, readElement });
  if (tree.flattened > 0) reader.notes.add('nesting-flattened', tree.flattened);
  const doc = nodes.doc.create(null, readBlocks(reader, tree.root));
  const last = doc.lastChild?.attrs.id as string;
  for (const anchor of reader.pendingAnchors) if (!reader.anchors.has(anchor)) reader.anchors.set(anchor, last);
  const title = findWithin(tree.root, (child) => child.name === 'title' && child.parent?.name === 'head');
  return {
    doc: relinkManuscript(doc, (href) => {
      const block = href.startsWith('#') ? reader.anchors.get(href.slice(1)) : undefined;
      return block === undefined ? href : `#b-${block}`;
    }),
    notes: reader.notes.notes,
    anchors: reader.anchors,
    title: title ? textOf(title, 500).replace(/\s+/g, ' ').trim() || null : null,
    language,
  };
};
