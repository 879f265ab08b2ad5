import type { Attrs, Fragment, Mark, NodeType } from 'prosemirror-model';
import { isBlockId, newBlockId } from '../schema/block-id.ts';
import { NoteBook } from '../schema/conversion-notes.ts';
import { InlineLine } from '../schema/inline-line.ts';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import type { Alignment } from '../schema/node-attributes.ts';
import { isOrnamentLine, plainText } from '../schema/normal-form.ts';
import { classesOf } from './element-roles.ts';
import type { ElementStyle } from './element-style.ts';
import type { FootnoteIndex } from './footnote-index.ts';
import type { SourceElement } from './source-tree.ts';
import { append } from '../schema/append.ts';

export interface FromXhtmlOptions {
  /** Language of the book (BCP 47): text in another one is marked. Default: what the source's root element says. */
  readonly language?: string | undefined;
  /** Name of the source for the notes, such as the path of a file in an EPUB. */
  readonly source?: string | undefined;
  /** Prefix of the classes that `toXhtml` was told to write. Default: `aw-`. */
  readonly classPrefix?: string | undefined;
  /**
   * The id of the file that a picture was stored as; `null` when it could not be. `src` is as it is written. Default:
   * only `file:ID` is known.
   */
  readonly imageFile?: ((src: string, element: SourceElement) => string | null) | undefined;
  /**
   * Where a link leads in the book; `null` removes the link. Whatever is returned is checked: only http, https, mailto
   * and `#anchors` are kept. Default: the address itself.
   */
  readonly linkHref?: ((href: string) => string | null) | undefined;
  /**
   * A note that lies in another file, such as `endnotes.xhtml#note-1`, as XHTML or as an element of that file's tree;
   * `null` when there is none.
   */
  readonly note?: ((href: string) => string | SourceElement | null) | undefined;
  /** Elements that are left out with all within them and without a note, such as menus of a page. */
  readonly skip?: ((element: SourceElement) => boolean) | undefined;
  /** What the source's style sheets say about an element. */
  readonly styleOf?: ((element: SourceElement) => ElementStyle | undefined) | undefined;
  /**
   * What paragraphs without text become. `auto` (default): scene breaks when there are few of them among many
   * paragraphs, nothing otherwise.
   */
  readonly blankParagraphs?: 'auto' | 'drop' | 'scene-break' | undefined;
}

/** What text inherits from the elements around it. */
export interface Scope {
  readonly marks: readonly Mark[];
  readonly align: Alignment | null;
  readonly noIndent: boolean;
  /** Language of the text here; `null` when nobody said. */
  readonly language: string | null;
}

export interface OpenNote {
  /** Ids by which links of the note lead back to where it is referred to. */
  readonly references: ReadonlySet<string>;
  /** Whether a link whose text is an arrow is taken for a link back. */
  readonly knowsArrows: boolean;
}

/** What the open line becomes when it ends. */
export interface Shape {
  readonly type: NodeType;
  readonly attributes: Attrs;
}

/** The state of reading one source. */
export interface Reader {
  readonly options: FromXhtmlOptions;
  readonly classPrefix: string;
  readonly notes: NoteBook;
  readonly footnotes: FootnoteIndex;
  /** Ids of the source and the blocks where they stood. */
  readonly anchors: Map<string, string>;
  readonly usedIds: Set<string>;
  /** Where children stand in their parents; see `placeOf`. */
  readonly places: Map<SourceElement, ReadonlyMap<SourceElement, number>>;
  /** Elements that were read together with another one. */
  readonly done: Set<SourceElement>;
  readonly baseLanguage: string | null;
  /** Reads an element; handed in, so that the readers of verse, tables etc. need not know all the others. */
  readonly readElement: (reader: Reader, element: SourceElement, scope: Scope) => void;
  pendingAnchors: string[];
  out: DocNode[];
  line: InlineLine;
  shape: Shape;
  /** Pictures that wait until the line that they stood in has ended. */
  images: DocNode[];
  /** Everything becomes text of one line: within headings, captions and footnotes. */
  isInline: boolean;
  /** The footnote that is being read; `null` outside of footnotes. */
  openNote: OpenNote | null;
  /** How often each note was repeated. */
  readonly noteUses: Map<SourceElement | string, number>;
  /** Whether paragraphs of an ornament stay what they are, as they do directly within a list item. */
  keepsOrnaments: boolean;
  nesting: number;
}

const { nodes } = manuscriptSchema;

export const PARAGRAPH: Shape = { type: nodes.paragraph, attributes: {} };

/** Containers are nested no deeper; the schema's check allows 64 levels of nodes. */
const NESTING_LIMIT = 24;

/** Stands for a paragraph without text until it is known how many of them there are. */
export const BLANK: DocNode = nodes.paragraph.create();

export const newReader = (fields: Pick<Reader, 'options' | 'footnotes' | 'baseLanguage' | 'readElement'>): Reader => ({
  ...fields,
  classPrefix: fields.options.classPrefix ?? 'aw-',
  notes: new NoteBook(fields.options.source ?? ''),
  anchors: new Map(),
  usedIds: new Set(),
  places: new Map(),
  done: new Set(),
  pendingAnchors: [],
  out: [],
  line: new InlineLine(),
  shape: PARAGRAPH,
  images: [],
  isInline: false,
  openNote: null,
  noteUses: new Map(),
  keepsOrnaments: false,
  nesting: 0,
});

/** Whether an element has a class that only `toXhtml` writes. */
export const isOwn = (reader: Reader, element: SourceElement, name: string): boolean =>
  element.attributes.size > 0 && classesOf(element).includes(reader.classPrefix + name);

const OWN_ID = /^(?:b|fn)-([0-9A-Za-z]{12})$/;

/** The block id that an element of ours carries. */
export const ownId = (element: SourceElement): string | null =>
  OWN_ID.exec(element.attributes.get('id') ?? '')?.[1] ?? null;

/** A node with an id of its own; anchors that were passed before it are set on it, if it is a block with text. */
export const createNode = (
  reader: Reader,
  shape: Shape,
  content?: Fragment | readonly DocNode[] | DocNode,
): DocNode => {
  const wanted: unknown = shape.attributes.id;
  const id = isBlockId(wanted) && !reader.usedIds.has(wanted) ? wanted : newBlockId();
  reader.usedIds.add(id);
  if (!shape.type.isInline) {
    for (const anchor of reader.pendingAnchors) if (!reader.anchors.has(anchor)) reader.anchors.set(anchor, id);
    reader.pendingAnchors = [];
  }
  return shape.type.create({ ...shape.attributes, id }, content);
};

const emitHeading = (reader: Reader, shape: Shape): void => {
  const content = reader.line.takeWhole();
  if (content.size === 0) return;
  if (isOrnamentLine(content) && !reader.keepsOrnaments) {
    reader.out.push(createNode(reader, { type: nodes.sceneBreak, attributes: { id: shape.attributes.id } }));
    return;
  }
  reader.notes.setHeading(plainText(content));
  reader.out.push(createNode(reader, shape, content));
};

const emitParagraphs = (reader: Reader, shape: Shape): void => {
  for (const piece of reader.line.takePieces()) {
    const isBreak = isOrnamentLine(piece) && !reader.keepsOrnaments;
    const attributes = isBreak ? { id: shape.attributes.id } : shape.attributes;
    reader.out.push(
      createNode(reader, { type: isBreak ? nodes.sceneBreak : shape.type, attributes }, isBreak ? [] : piece),
    );
  }
};

/** Ends the open line: what it holds becomes blocks. */
export const flush = (reader: Reader): void => {
  if (reader.isInline) return;
  const { shape } = reader;
  if (!reader.line.isEmpty) {
    if (shape.type === nodes.heading) emitHeading(reader, shape);
    else emitParagraphs(reader, shape);
    // Only the first block of an element has the element's id.
    reader.shape = { type: shape.type, attributes: { ...shape.attributes, id: null } };
  }
  append(reader.out, reader.images);
  reader.images = [];
};

export const emit = (reader: Reader, block: DocNode): void => {
  flush(reader);
  reader.out.push(block);
};

/** The blocks that reading makes, instead of adding them to what is being built. */
export const capture = (reader: Reader, read: () => void): DocNode[] => {
  flush(reader);
  const { out, shape } = reader;
  reader.out = [];
  reader.shape = PARAGRAPH;
  read();
  flush(reader);
  const captured = reader.out;
  reader.out = out;
  reader.shape = shape;
  const blanks = captured.filter((block) => block === BLANK).length;
  if (blanks > 0) reader.notes.add('blank-paragraph-dropped', blanks);
  return blanks > 0 ? captured.filter((block) => block !== BLANK) : captured;
};

/** Reads something as the content of one line, apart from the line that is open. */
export const captureLine = (reader: Reader, read: () => void): Fragment => {
  const { line, isInline } = reader;
  reader.line = new InlineLine();
  reader.isInline = true;
  read();
  const content = reader.line.takeWhole();
  reader.line = line;
  reader.isInline = isInline;
  return content;
};

/** Reads what is within an element. */
export const readChildren = (reader: Reader, element: SourceElement, scope: Scope): void => {
  for (const child of element.children) {
    if (typeof child === 'string') reader.line.addText(child, scope.marks);
    else reader.readElement(reader, child, scope);
  }
};

/** Whether a container may be begun here; too deep down it is left out, and only what it holds is read. */
export const mayNest = (reader: Reader): boolean => {
  if (reader.nesting < NESTING_LIMIT) return true;
  reader.notes.add('nesting-flattened');
  return false;
};

/** The blocks of a container. */
export const captureContainer = (reader: Reader, read: () => void): DocNode[] => {
  const { keepsOrnaments } = reader;
  reader.nesting += 1;
  reader.keepsOrnaments = false;
  const content = capture(reader, read);
  reader.nesting -= 1;
  reader.keepsOrnaments = keepsOrnaments;
  return content;
};

/** The place of an element among its siblings; looked up once for all of them, because there may be a million. */
export const placeOf = (reader: Reader, element: SourceElement): number => {
  const { parent } = element;
  if (!parent) return 0;
  let places = reader.places.get(parent);
  if (!places) {
    const found = new Map<SourceElement, number>();
    for (const [index, child] of parent.children.entries()) if (typeof child !== 'string') found.set(child, index);
    places = found;
    reader.places.set(parent, places);
  }
  return places.get(element) ?? 0;
};
