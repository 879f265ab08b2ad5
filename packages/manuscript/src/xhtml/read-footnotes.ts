import type { Fragment } from 'prosemirror-model';
import { manuscriptSchema } from '../schema/manuscript-schema.ts';
import { findWithin, isBackLink, textOf } from './element-roles.ts';
import { fragmentOf, idsAround, isReferenceMark } from './footnote-index.ts';
import { captureLine, createNode, ownId, type Reader, type Scope, readChildren } from './reader.ts';
import { readSourceTree, type SourceElement } from './source-tree.ts';

const { footnote } = manuscriptSchema.nodes;

/** Each further reference to a note repeats its text: a limit, so that a small file cannot become a huge book. */
const REPEATS = 16;
const NESTED_LIMIT = 2_000;

const ARROWS = /^[\s[(]*(?:[↩⏎↑^←⇧⤴]\ufe0e?|\ufe0f|back|return)+[\])\s]*$/i;

/** Whether a link within a note leads back to where the note is referred to. */
export const leadsBack = (reader: Reader, link: SourceElement): boolean => {
  const { openNote } = reader;
  if (openNote === null) return false;
  if (isBackLink(link)) return true;
  const href = link.attributes.get('href') ?? '';
  const fragment = fragmentOf(href.slice(Math.max(0, href.indexOf('#'))));
  if (fragment !== null && openNote.references.has(fragment)) return true;
  return openNote.knowsArrows && /^[^:]*#/.test(href) && ARROWS.test(textOf(link, 40));
};

const BLOCKS = new Set(['p', 'li', 'dd', 'blockquote', 'div']);

const countParagraphs = (body: SourceElement): number => {
  let count = 0;
  for (const child of body.children) {
    if (typeof child !== 'string' && BLOCKS.has(child.name)) count += 1;
  }
  return count;
};

/** Removes the note's own number from the start of its text, when no link back stood there. */
const withoutLabel = (content: Fragment, mark: string): Fragment => {
  const first = content.firstChild;
  const bare = mark.trim().replace(/^[[(]|[\])]?\.?$/g, '');
  if (!first?.isText || first.text === undefined || bare === '') return content;
  const text = first.text.replace(/^[[(]/, '');
  if (!text.startsWith(bare)) return content;
  const label = /^[\])]?[.:)]?\s+/.exec(text.slice(bare.length));
  const rest = label ? text.slice(bare.length + label[0].length) : '';
  return rest === '' ? content : content.replaceChild(0, manuscriptSchema.text(rest, first.marks));
};

const startsWithLink = (reader: Reader, element: SourceElement): boolean => {
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (child.trim() !== '') return false;
    } else if (child.name === 'a') return leadsBack(reader, child);
    else if (child.children.length > 0) return startsWithLink(reader, child);
  }
  return false;
};

interface FoundNote {
  readonly body: SourceElement;
  readonly reference: SourceElement;
}

const addNote = (reader: Reader, { body, reference }: FoundNote): void => {
  const previous = reader.openNote;
  // Where a link says that it leads back, other links do not, whatever their text.
  reader.openNote = { references: idsAround(reference), knowsArrows: findWithin(body, isBackLink) === null };
  const isLabelled = !startsWithLink(reader, body);
  const plain: Scope = { marks: [], align: null, noIndent: false, language: reader.baseLanguage };
  const content = captureLine(reader, () => readChildren(reader, body, plain));
  reader.openNote = previous;
  if (countParagraphs(body) > 1) reader.notes.add('footnote-paragraphs-joined');
  const text = isLabelled ? withoutLabel(content, textOf(reference, 20)) : content;
  addFootnote(reader, ownId(body), text);
};

/** Adds a footnote to the open line; one without text is left out. */
export const addFootnote = (reader: Reader, id: string | null, content: Fragment): void => {
  if (content.size > 0) reader.line.addNode(createNode(reader, { type: footnote, attributes: { id } }, content));
};

/** Counts the uses of a note; false when it is used too often. */
const mayUse = (reader: Reader, note: SourceElement | string): boolean => {
  const count = (reader.noteUses.get(note) ?? 0) + 1;
  reader.noteUses.set(note, count);
  if (count > 1) reader.notes.add('footnote-repeated');
  return count <= REPEATS;
};

const findElsewhere = (reader: Reader, href: string): SourceElement | null => {
  const written = reader.options.note?.(href) ?? null;
  if (written === null || typeof written !== 'string') return written;
  const { root } = readSourceTree(written);
  const elements = root.children.filter((child) => typeof child !== 'string');
  const only =
    elements.length === 1 && root.children.every((child) => typeof child !== 'string' || child.trim() === '');
  return only ? (elements[0] ?? root) : root;
};

const isRaised = (link: SourceElement, scope: Scope): boolean =>
  scope.marks.some((mark) => mark.type.name === 'superscript') ||
  link.children.some((child) => typeof child !== 'string' && child.name === 'sup');

/**
 * Reads a link as a reference to a footnote. False when it is none, and an ordinary link.
 * `isTyped`: the source says that it is one.
 */
export const readNoteReference = (
  reader: Reader,
  link: SourceElement,
  context: { readonly scope: Scope; readonly isTyped: boolean },
): boolean => {
  const { scope, isTyped } = context;
  const href = link.attributes.get('href') ?? '';
  const here = reader.footnotes.bodies.get(link);
  const isCandidate = here !== undefined || isTyped || (isReferenceMark(textOf(link, 20)) && isRaised(link, scope));
  if (!isCandidate) return false;
  const body = here ?? (href.length > 1 && !href.startsWith('#') ? findElsewhere(reader, href) : null);
  if (!body) {
    if (isTyped) reader.notes.add('footnote-missing');
    return isTyped;
  }
  if (reader.openNote !== null) {
    reader.notes.add('footnote-nested');
    reader.line.addText(` [${textOf(body, NESTED_LIMIT).trim()}]`, scope.marks);
  } else if (mayUse(reader, here ?? href)) addNote(reader, { body, reference: link });
  return true;
};
