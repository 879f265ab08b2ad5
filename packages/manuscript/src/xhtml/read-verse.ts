import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { VERSE_INDENTS } from '../schema/node-attributes.ts';
import { isBlockName } from './element-names.ts';
import { classesOf, isStanza, isVerse, isVerseLine, textOf } from './element-roles.ts';
import { capture, createNode, flush, isOwn, ownId, placeOf, type Reader, type Scope, readChildren } from './reader.ts';
import { scopeWithin } from './scope.ts';
import type { SourceElement } from './source-tree.ts';
import { append } from '../schema/append.ts';

const { verse, stanza, verseLine, paragraph, hardBreak } = manuscriptSchema.nodes;

interface Poem {
  readonly element: SourceElement;
  stanzas: DocNode[];
  lines: DocNode[];
  indent: number;
  lineId: string | null;
  stanzaId: string | null;
  /** The last line was ended by its element, so that a line break behind it says nothing new. */
  isSoftEnd: boolean;
}

/** What one line of the source holds; line breaks deep within it end lines of verse as well. */
const linesOf = (content: Fragment): Fragment[] => {
  const lines: DocNode[][] = [[]];
  content.forEach((node) => {
    if (node.type === hardBreak) lines.push([]);
    else lines.at(-1)?.push(node);
  });
  return lines.filter((line) => line.length > 0).map((line) => Fragment.fromArray(line));
};

const endLine = (reader: Reader, poem: Poem): boolean => {
  const lines = linesOf(reader.line.takeWhole());
  for (const line of lines) {
    const attributes = { id: poem.lineId, indent: Math.min(VERSE_INDENTS, poem.indent) };
    poem.lines.push(createNode(reader, { type: verseLine, attributes }, line));
    poem.lineId = null;
  }
  poem.indent = 0;
  poem.lineId = null;
  return lines.length > 0;
};

const endStanza = (reader: Reader, poem: Poem): void => {
  endLine(reader, poem);
  if (poem.lines.length > 0) {
    poem.stanzas.push(createNode(reader, { type: stanza, attributes: { id: poem.stanzaId } }, poem.lines));
  }
  poem.lines = [];
  poem.stanzaId = null;
};

const endVerse = (reader: Reader, poem: Poem): void => {
  endStanza(reader, poem);
  reader.isInline = false;
  if (poem.stanzas.length > 0) {
    const attributes = { id: ownId(poem.element) };
    reader.out.push(createNode(reader, { type: verse, attributes }, poem.stanzas));
  }
  poem.stanzas = [];
  flush(reader);
};

/** Reads what cannot be a line of verse: a heading, a picture, who wrote it. */
const readOther = (reader: Reader, poem: Poem, read: () => void): void => {
  endVerse(reader, poem);
  read();
  flush(reader);
  reader.isInline = true;
};

const INDENT_CLASS = /^(?:i|ind|indent|in)-?(\d{1,2})$/;

const indentOf = (reader: Reader, element: SourceElement): number => {
  for (const name of classesOf(element)) {
    const bare = name.startsWith(reader.classPrefix) ? name.slice(reader.classPrefix.length) : name;
    const digits = INDENT_CLASS.exec(bare)?.[1];
    if (digits !== undefined) return Number(digits);
  }
  const space = /(?:padding|margin)-left:\s*(\d{1,2}(?:\.\d)?)em/.exec(element.attributes.get('style') ?? '')?.[1];
  return space === undefined ? 0 : Math.round(Number(space));
};

/** Spaces before a line: an em space is a step, narrower ones half of it. */
const indentOfText = (text: string): number => {
  const wide = text.split('\u2003').length - 1;
  return wide + Math.floor((text.length - wide) / 2);
};

const addText = (reader: Reader, poem: Poem, text: string, scope: Scope): void => {
  if (reader.line.isEmpty) {
    const spaces = /^[ \t\n\r\f]*([\u00a0\u2002\u2003]+)/.exec(text)?.[1];
    if (spaces !== undefined) poem.indent += indentOfText(spaces);
  }
  reader.line.addText(text, scope.marks);
};

const OTHERS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'figure', 'table', 'ul', 'ol', 'dl', 'pre']);

const hasLines = (element: SourceElement): boolean =>
  element.children.some(
    (child) => typeof child !== 'string' && (child.name === 'br' || isVerseLine(child) || isBlockName(child.name)),
  );

/**
 * Whether a block within verse is a stanza, and not a line: it is called one, it has lines, or it is a bare paragraph
 * (as Markdown writes them). A paragraph with a class of its own and no line breaks is what calibre makes of a line.
 */
const isStanzaBlock = (reader: Reader, element: SourceElement): boolean => {
  if (isVerseLine(element)) return false;
  if (isStanza(element) || isOwn(reader, element, 'stanza') || hasLines(element)) return true;
  return element.name === 'p' && !element.attributes.has('class');
};

const readBlock = (reader: Reader, poem: Poem, element: SourceElement, scope: Scope): void => {
  const ends = isStanzaBlock(reader, element) || textOf(element, 100).trim() === '';
  if (ends) {
    endStanza(reader, poem);
    poem.stanzaId = ownId(element);
  } else {
    endLine(reader, poem);
    poem.lineId = ownId(element);
  }
  poem.indent = ends ? 0 : indentOf(reader, element);
  readLines(reader, poem, element, scope);
  if (ends) endStanza(reader, poem);
  else endLine(reader, poem);
  poem.isSoftEnd = true;
};

/** A span around several lines of verse; a footnote has lines of its own. */
const groupsLines = (reader: Reader, element: SourceElement): boolean =>
  element.name === 'span' &&
  !isOwn(reader, element, 'footnote') &&
  element.children.some((child) => typeof child !== 'string' && child.name === 'br');

const readInline = (reader: Reader, poem: Poem, element: SourceElement, scope: Scope): void => {
  const isLine = isVerseLine(element) || isOwn(reader, element, 'line');
  if (isLine) {
    endLine(reader, poem);
    poem.lineId = ownId(element);
  }
  if (reader.line.isEmpty) poem.indent = Math.max(poem.indent, indentOf(reader, element));
  if (groupsLines(reader, element)) {
    readLines(reader, poem, element, scopeWithin(reader, element, scope));
  } else reader.readElement(reader, element, scope);
  if (isLine) {
    endLine(reader, poem);
    poem.isSoftEnd = true;
  }
};

const readBreak = (reader: Reader, poem: Poem): void => {
  const hadText = endLine(reader, poem);
  if (!hadText && !poem.isSoftEnd) endStanza(reader, poem);
  poem.isSoftEnd = false;
};

const isAttribution = (poem: Poem, element: SourceElement, reader: Reader): boolean =>
  element.name === 'footer' || (element.name === 'cite' && element.parent === poem.element && reader.line.isEmpty);

const readLines = (reader: Reader, poem: Poem, element: SourceElement, scope: Scope): void => {
  for (const child of element.children) {
    if (typeof child === 'string') addText(reader, poem, child, scope);
    else if (child.name === 'br') readBreak(reader, poem);
    else if (OTHERS.has(child.name)) readOther(reader, poem, () => reader.readElement(reader, child, scope));
    else if (isAttribution(poem, child, reader)) {
      readOther(reader, poem, () => {
        const inner = scopeWithin(reader, child, scope);
        append(
          reader.out,
          capture(reader, () => readChildren(reader, child, inner)),
        );
      });
    } else if (isBlockName(child.name)) readBlock(reader, poem, child, scopeWithin(reader, child, scope));
    else readInline(reader, poem, child, scope);
  }
};

/** Reads an element as verse; what cannot be verse is put between. */
export const readVerse = (reader: Reader, element: SourceElement, scope: Scope): void => {
  flush(reader);
  const poem: Poem = {
    element,
    stanzas: [],
    lines: [],
    indent: 0,
    lineId: null,
    stanzaId: null,
    isSoftEnd: false,
  };
  const { shape } = reader;
  reader.shape = { type: paragraph, attributes: {} };
  reader.isInline = true;
  for (const part of versesFrom(reader, element)) {
    if (part === element && element.name !== 'p') readLines(reader, poem, element, scope);
    else readBlock(reader, poem, part, scope);
  }
  endVerse(reader, poem);
  reader.shape = shape;
};

/** A paragraph that is verse, and the paragraphs of the same class behind it: one poem. */
const versesFrom = (reader: Reader, element: SourceElement): SourceElement[] => {
  const parts = [element];
  const siblings = element.name === 'p' ? (element.parent?.children ?? []) : [];
  for (let place = placeOf(reader, element) + 1; place < siblings.length; place++) {
    const next = siblings[place] ?? '';
    if (typeof next === 'string') {
      if (next.trim() !== '') break;
      continue;
    }
    if (next.name !== 'p' || !isVerse(next)) break;
    reader.done.add(next);
    parts.push(next);
  }
  return parts;
};
