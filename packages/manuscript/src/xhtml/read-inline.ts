import { normaliseHref } from '../schema/href.ts';
import { manuscriptSchema } from '../schema/manuscript-schema.ts';
import { TITLE_LIMIT } from '../schema/attributes.ts';
import { findWithin, isNoteReference, isPageNumber, textOf } from './element-roles.ts';
import { leadsBack, readNoteReference } from './read-footnotes.ts';
import { readImage } from './read-image.ts';
import { type Reader, readChildren, type Scope } from './reader.ts';
import type { SourceElement } from './source-tree.ts';

const { link } = manuscriptSchema.marks;

const SCHEME = /^\s*[a-z][a-z0-9+.-]*\s*:/i;

/** Where a link leads in the book; `null`, with a note, when it may lead nowhere. */
const hrefOf = (reader: Reader, written: string): string | null => {
  const wanted = reader.options.linkHref ? reader.options.linkHref(written) : written;
  const href = wanted === null ? null : normaliseHref(wanted);
  if (href === null) reader.notes.add(SCHEME.test(wanted ?? '') ? 'link-refused' : 'link-dropped');
  return href;
};

export const readLink = (reader: Reader, element: SourceElement, scope: Scope): void => {
  const written = element.attributes.get('href');
  if (written === undefined) {
    readChildren(reader, element, scope);
    return;
  }
  if (leadsBack(reader, element)) return;
  if (readNoteReference(reader, element, { scope, isTyped: isNoteReference(element) })) return;
  const href = hrefOf(reader, written);
  const title =
    element.attributes.get('title')?.replace(/\s+/g, ' ').trim().slice(0, TITLE_LIMIT).toWellFormed() || null;
  const marks = href === null ? scope.marks : link.create({ href, title }).addToSet(scope.marks);
  readChildren(reader, element, { ...scope, marks });
};

/** `q` has quotation marks that only browsers show. */
export const readQuotation = (reader: Reader, element: SourceElement, scope: Scope): void => {
  reader.line.addText('“', scope.marks);
  readChildren(reader, element, scope);
  reader.line.addText('”', scope.marks);
};

/** The reading of a ruby, put behind its base: 漢字(かんじ). */
export const readRubyText = (reader: Reader, element: SourceElement, scope: Scope): void => {
  const text = textOf(element, 200).trim();
  if (text === '') return;
  reader.notes.add('ruby-flattened');
  reader.line.addText(`(${text})`, scope.marks);
};

export const readDrawing = (reader: Reader, element: SourceElement, scope: Scope): void => {
  let hasPicture = false;
  findWithin(element, (child) => {
    if (child.name === 'img') {
      hasPicture = true;
      readImage(reader, child, scope);
    }
    return false;
  });
  if (!hasPicture) reader.notes.add('drawing-lost');
};

export const readFormula = (reader: Reader, element: SourceElement, scope: Scope): void => {
  reader.notes.add('math-flattened');
  reader.line.addText(element.attributes.get('alttext') ?? textOf(element), scope.marks);
};

const PAGE_NUMBER_LIMIT = 24;

/** Whether an element only says where a page of the printed book begins. */
export const isPageMark = (element: SourceElement): boolean =>
  isPageNumber(element) && textOf(element, PAGE_NUMBER_LIMIT + 1).trim().length <= PAGE_NUMBER_LIMIT;
