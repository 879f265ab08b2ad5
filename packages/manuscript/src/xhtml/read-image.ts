import type { Fragment } from 'prosemirror-model';
import { ALT_LIMIT, isFileId, TITLE_LIMIT } from '../schema/attributes.ts';
import { manuscriptSchema } from '../schema/manuscript-schema.ts';
import { IMAGE_SIZE_LIMIT } from '../schema/node-attributes.ts';
import { isOrnament } from '../schema/ornament.ts';
import { findWithin, isSceneBreak, textOf } from './element-roles.ts';
import {
  captureLine,
  createNode,
  emit,
  flush,
  ownId,
  placeOf,
  type Reader,
  type Scope,
  readChildren,
} from './reader.ts';
import type { SourceElement } from './source-tree.ts';

const { image, sceneBreak, paragraph } = manuscriptSchema.nodes;

const FILE_ADDRESS = /^file:([0-9A-Za-z_-]{1,64})$/;

const fileOf = (reader: Reader, element: SourceElement): string | null => {
  const { attributes } = element;
  const src = (attributes.get('src') ?? attributes.get('xlink:href') ?? attributes.get('href') ?? '').trim();
  const known = FILE_ADDRESS.exec(src)?.[1] ?? null;
  const fileId = src !== '' && reader.options.imageFile ? (reader.options.imageFile(src, element) ?? known) : known;
  return isFileId(fileId) ? fileId : null;
};

const sizeOf = (written: string | undefined): number | null => {
  const digits = /^\s*(\d{1,6})(?:\.\d+)?(?:px)?\s*$/.exec(written ?? '')?.[1];
  const size = digits === undefined ? 0 : Number(digits);
  return size >= 1 && size <= IMAGE_SIZE_LIMIT ? size : null;
};

const collapse = (text: string, limit: number): string =>
  text.replace(/\s+/g, ' ').trim().slice(0, limit).toWellFormed();

interface Picture {
  readonly element: SourceElement;
  readonly id: string | null;
  readonly caption?: Fragment;
}

/** Adds a picture: as a block of its own, or behind the line that is open. */
const addPicture = (reader: Reader, { element, id, caption }: Picture): boolean => {
  const fileId = fileOf(reader, element);
  if (fileId === null) {
    reader.notes.add('image-lost');
    return false;
  }
  const attributes = {
    id,
    fileId,
    alt: collapse(element.attributes.get('alt') ?? '', ALT_LIMIT),
    title: collapse(element.attributes.get('title') ?? '', TITLE_LIMIT) || null,
    width: sizeOf(element.attributes.get('width')),
    height: sizeOf(element.attributes.get('height')),
  };
  const node = createNode(reader, { type: image, attributes }, caption);
  if (reader.isInline || !reader.line.isEmpty) {
    reader.notes.add('image-moved');
    reader.images.push(node);
  } else emit(reader, node);
  return true;
};

const ORNAMENT_FILE = /(?:scene-?break|section-?break|ornament|fleuron|asterism|divider)[^/]*$/i;

/** An initial drawn as a picture: its letter belongs to the first word. */
const initialOf = (reader: Reader, element: SourceElement): string | null => {
  const alt = (element.attributes.get('alt') ?? '').trim();
  return /^\p{Lu}$/u.test(alt) && reader.line.isEmpty && reader.shape.type === paragraph ? alt : null;
};

const followsText = (reader: Reader, element: SourceElement): boolean => {
  const next = element.parent?.children[placeOf(reader, element) + 1];
  return typeof next === 'string' ? /^\p{L}/u.test(next) : next !== undefined && /^\p{L}/u.test(textOf(next, 4));
};

/** `img`, and `image` of an SVG. */
export const readImage = (reader: Reader, element: SourceElement, scope: Scope): void => {
  if (FILE_ADDRESS.test(element.attributes.get('src') ?? '')) {
    // One of ours, and a picture whatever its description says.
    addPicture(reader, { element, id: null });
    return;
  }
  const alt = (element.attributes.get('alt') ?? '').trim();
  const initial = initialOf(reader, element);
  if (initial !== null && followsText(reader, element)) {
    reader.notes.add('image-as-letter');
    reader.line.addText(initial, scope.marks);
    return;
  }
  const looksLikeBreak =
    isOrnament(alt) || isSceneBreak(element) || ORNAMENT_FILE.test(element.attributes.get('src') ?? '');
  if (looksLikeBreak && !reader.isInline && reader.line.isEmpty) {
    reader.notes.add('image-as-scene-break');
    emit(reader, createNode(reader, { type: sceneBreak, attributes: {} }));
    return;
  }
  addPicture(reader, { element, id: null });
};

/** A figure of one picture keeps its caption; other figures are read as what they contain. */
export const readFigure = (reader: Reader, element: SourceElement, scope: Scope): void => {
  const pictures: SourceElement[] = [];
  findWithin(element, (child) => {
    if (child.name === 'img') pictures.push(child);
    return pictures.length > 1;
  });
  const only = pictures.length === 1 ? pictures[0] : undefined;
  const caption = findWithin(element, (child) => child.name === 'figcaption');
  const outside = textOf(element).trim().length - (caption ? textOf(caption).trim().length : 0);
  if (!only || reader.isInline || outside > 0) {
    flush(reader);
    readChildren(reader, element, scope);
    flush(reader);
    return;
  }
  flush(reader);
  const content = caption ? captureLine(reader, () => readChildren(reader, caption, scope)) : undefined;
  const isKept = addPicture(reader, { element: only, id: ownId(element), ...(content ? { caption: content } : {}) });
  if (!isKept && content && content.size > 0)
    emit(reader, createNode(reader, { type: paragraph, attributes: {} }, content));
  flush(reader);
};
