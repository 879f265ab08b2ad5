import { isOrnament } from '../schema/ornament.ts';
import { droppedAs, isBlockName, isHeadingName } from './element-names.ts';
import { findWithin, isSceneBreak, isVerse, quoteKindOf, textOf } from './element-roles.ts';
import type { ElementStyle } from './element-style.ts';
import { readFlow, readHeading, readParagraph, readPre, readSceneBreak } from './read-blocks.ts';
import { readList, readQuote } from './read-containers.ts';
import { addFootnote } from './read-footnotes.ts';
import { readFigure, readImage } from './read-image.ts';
import { isPageMark, readDrawing, readFormula, readLink, readQuotation, readRubyText } from './read-inline.ts';
import { readTable } from './read-table.ts';
import { readVerse } from './read-verse.ts';
import { captureLine, emit, flush, isOwn, ownId, type Reader, readChildren, type Scope, createNode } from './reader.ts';
import { scopeWithin, styleIn } from './scope.ts';
import type { SourceElement } from './source-tree.ts';
import { manuscriptSchema } from '../schema/manuscript-schema.ts';

type ReadElement = (reader: Reader, element: SourceElement, scope: Scope) => void;

const readNoted =
  (code: 'definitions-flattened' | 'details-opened'): ReadElement =>
  (reader, element, scope) => {
    reader.notes.add(code);
    readFlow(reader, element, scope);
  };

/** Elements that are read in a way of their own where blocks may stand. */
const BLOCKS: ReadonlyMap<string, ReadElement> = new Map<string, ReadElement>([
  ['p', readParagraph],
  ['h1', readHeading],
  ['h2', readHeading],
  ['h3', readHeading],
  ['h4', readHeading],
  ['h5', readHeading],
  ['h6', readHeading],
  ['hr', readSceneBreak],
  ['blockquote', readQuote],
  ['ul', readList],
  ['ol', readList],
  ['menu', readList],
  ['dir', readList],
  ['pre', readPre],
  ['figure', readFigure],
  ['table', readTable],
  ['dl', readNoted('definitions-flattened')],
  ['details', readNoted('details-opened')],
]);

const INLINES: ReadonlyMap<string, ReadElement> = new Map<string, ReadElement>([
  ['a', readLink],
  ['br', (reader) => reader.line.addBreak()],
  ['img', readImage],
  ['q', readQuotation],
  ['rt', readRubyText],
  ['svg', readDrawing],
  ['math', readFormula],
]);

const readInline: ReadElement = (reader, element, scope) => {
  if (isOwn(reader, element, 'footnote') && reader.openNote === null) {
    const plain: Scope = { marks: [], align: null, noIndent: false, language: reader.baseLanguage };
    reader.openNote = { references: new Set(), knowsArrows: false };
    const content = captureLine(reader, () => readChildren(reader, element, plain));
    reader.openNote = null;
    addFootnote(reader, ownId(element), content);
    return;
  }
  (INLINES.get(element.name) ?? readChildren)(reader, element, scope);
};

/** A block where only a line may be: its edges become line breaks. */
const readBlockInLine: ReadElement = (reader, element, scope) => {
  if (element.name === 'hr') reader.line.addBreak();
  else if (element.name === 'figure') readFigure(reader, element, scope);
  else {
    reader.line.addBreak();
    readChildren(reader, element, scope);
    reader.line.addBreak();
  }
};

const holdsHeading = (element: SourceElement): boolean =>
  findWithin(element, (child) => isHeadingName(child.name)) !== null;

const QUOTES = new Set(['div', 'section', 'aside', 'blockquote', 'p']);

/** Whether a block is an epigraph or a letter; a chapter that is called one as a whole stays a chapter. */
const isQuote = (element: SourceElement, style: ElementStyle): boolean => {
  if (!QUOTES.has(element.name) || element.name === 'blockquote') return element.name === 'blockquote';
  const isNamed = style.role === 'epigraph' || style.role === 'letter' || quoteKindOf(element) !== null;
  return isNamed && !holdsHeading(element);
};

const looksLikeBreak = (element: SourceElement, style: ElementStyle): boolean => {
  if (style.role !== 'scene-break' && !isSceneBreak(element)) return false;
  const text = textOf(element, 100).trim();
  const hasPicture = findWithin(element, (child) => child.name === 'img') !== null;
  return !hasPicture && (text === '' || isOrnament(text));
};

const isVerseBlock = (reader: Reader, element: SourceElement, style: ElementStyle): boolean =>
  style.role === 'verse' || isVerse(element) || isOwn(reader, element, 'verse');

const breakBefore = (reader: Reader): void => {
  const last = reader.out.at(-1);
  const { sceneBreak, heading } = manuscriptSchema.nodes;
  if (!last || last.type === sceneBreak || last.type === heading) return;
  reader.notes.add('blank-as-scene-break');
  emit(reader, createNode(reader, { type: sceneBreak, attributes: {} }));
};

const readBlock = (reader: Reader, element: SourceElement, scope: Scope): void => {
  const style = styleIn(reader, element);
  if (style.breakBefore) {
    flush(reader);
    breakBefore(reader);
  }
  if (element.name !== 'hr' && looksLikeBreak(element, style)) readSceneBreak(reader, element);
  else if (isQuote(element, style)) readQuote(reader, element, scope);
  else if (isVerseBlock(reader, element, style) && !isHeadingName(element.name)) readVerse(reader, element, scope);
  else (BLOCKS.get(element.name) ?? readFlow)(reader, element, scope);
};

const noteAnchors = (reader: Reader, element: SourceElement): void => {
  const id = element.attributes.get('id');
  if (id) reader.pendingAnchors.push(id);
  const name = element.name === 'a' ? element.attributes.get('name') : undefined;
  if (name && name !== id) reader.pendingAnchors.push(name);
};

/** Whether an element is no part of the text, which is noted where somebody could miss it. */
const isLeftOut = (reader: Reader, element: SourceElement): boolean => {
  const dropped = droppedAs(element.name);
  if (dropped !== undefined) {
    if (dropped !== null) reader.notes.add(dropped);
    return true;
  }
  if (reader.done.has(element) || reader.footnotes.consumed.has(element)) return true;
  if (reader.options.skip?.(element)) return true;
  if (element.attributes.size === 0 && !reader.options.styleOf) return false;
  if (isPageMark(element)) {
    noteAnchors(reader, element);
    if (textOf(element, 30).trim() !== '') reader.notes.add('page-number-dropped');
    return true;
  }
  if (!styleIn(reader, element).hidden) return false;
  if (textOf(element, 30).trim() !== '') reader.notes.add('hidden-text-dropped');
  return true;
};

/** Reads any element into the reader's open line and blocks. */
export const readElement: ReadElement = (reader, element, scope) => {
  if (isLeftOut(reader, element)) return;
  if (element.attributes.size > 0) noteAnchors(reader, element);
  const inner = scopeWithin(reader, element, scope);
  if (!isBlockName(element.name)) readInline(reader, element, inner);
  else if (reader.isInline) readBlockInLine(reader, element, inner);
  else readBlock(reader, element, inner);
};
