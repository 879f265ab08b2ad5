import { manuscriptSchema } from '../schema/manuscript-schema.ts';
import { HEADING_LEVELS } from '../schema/node-attributes.ts';
import { codeText } from '../schema/normal-form.ts';
import { cleanText } from '../schema/clean-text.ts';
import { droppedAs } from './element-names.ts';
import { classesOf, findWithin, textOf } from './element-roles.ts';
import {
  BLANK,
  createNode,
  emit,
  flush,
  isOwn,
  ownId,
  PARAGRAPH,
  type Reader,
  readChildren,
  type Scope,
  type Shape,
} from './reader.ts';
import type { SourceElement } from './source-tree.ts';

const { nodes } = manuscriptSchema;

const paragraphShape = (element: SourceElement, scope: Scope): Shape => {
  const id = element.attributes.size > 0 ? ownId(element) : null;
  if (id === null && scope.align === null && !scope.noIndent) return PARAGRAPH;
  return { type: nodes.paragraph, attributes: { id, align: scope.align, indent: scope.noIndent ? 'none' : null } };
};

const holdsSomething = (element: SourceElement): boolean =>
  textOf(element, 10).trim() !== '' ||
  findWithin(element, (child) => child.name === 'img' || child.attributes.has('id') || child.attributes.has('name')) !==
    null;

/** A paragraph, or a block that only groups others. */
export const readFlow = (reader: Reader, element: SourceElement, scope: Scope): void => {
  flush(reader);
  const { shape } = reader;
  const before = reader.out.length;
  reader.shape = paragraphShape(element, scope);
  readChildren(reader, element, scope);
  flush(reader);
  reader.shape = shape;
  if (element.name === 'p' && reader.out.length === before && !holdsSomething(element)) reader.out.push(BLANK);
};

export const readParagraph = (reader: Reader, element: SourceElement, scope: Scope): void => {
  if (!isOwn(reader, element, 'blank')) readFlow(reader, element, scope);
  else emit(reader, createNode(reader, { type: nodes.paragraph, attributes: { id: ownId(element) } }));
};

export const readHeading = (reader: Reader, element: SourceElement, scope: Scope): void => {
  flush(reader);
  const level = Number(element.name.slice(1));
  if (level > HEADING_LEVELS) reader.notes.add('heading-level-changed');
  const { shape } = reader;
  reader.isInline = true;
  readChildren(reader, element, { ...scope, align: null, noIndent: false });
  reader.isInline = false;
  reader.shape = {
    type: nodes.heading,
    attributes: { id: ownId(element), level: Math.min(HEADING_LEVELS, level) },
  };
  flush(reader);
  reader.shape = shape;
};

export const readSceneBreak = (reader: Reader, element: SourceElement): void => {
  emit(reader, createNode(reader, { type: nodes.sceneBreak, attributes: { id: ownId(element) } }));
};

const LANGUAGE_CLASS = /^lang(?:uage)?-([\w+#.-]{1,40})$/;

const languageOf = (pre: SourceElement, code: SourceElement | null): string | null => {
  for (const name of [...classesOf(pre), ...(code?.attributes.get('class') ?? '').split(/\s+/, 8)]) {
    const language = LANGUAGE_CLASS.exec(name)?.[1];
    if (language !== undefined) return language;
  }
  return null;
};

/** Preformatted text is code: it keeps every space, and has no formatting. */
export const readPre = (reader: Reader, element: SourceElement): void => {
  const code = findWithin(element, (child) => child.name === 'code');
  const pieces: string[] = [];
  let hasMarks = false;
  const collect = (parent: SourceElement): void => {
    for (const child of parent.children) {
      if (typeof child === 'string') pieces.push(child);
      else if (child.name === 'br') pieces.push('\n');
      else if (droppedAs(child.name) === undefined) {
        if (child !== code) hasMarks = true;
        collect(child);
      }
    }
  };
  collect(element);
  if (hasMarks) reader.notes.add('code-marks-dropped');
  const written = pieces.join('');
  // The first line feed after <pre> is not a part of the text, says HTML.
  const isPadded = typeof element.children[0] === 'string';
  const text = codeText(cleanText(isPadded ? written.replace(/^\r?\n/, '') : written));
  if (text === '') return;
  const attributes = { id: ownId(element), language: languageOf(element, code) };
  emit(reader, createNode(reader, { type: nodes.codeBlock, attributes }, manuscriptSchema.text(text)));
};
