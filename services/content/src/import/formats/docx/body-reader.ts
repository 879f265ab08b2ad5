import { type Alignment, type DocNode, manuscriptSchema, newBlockId } from '@authorworks/manuscript/schema';
import { childOf, childrenOf, findElement, type XmlElement } from '../xml/xml-tree.ts';
import { type BodyItem, lineOfContent, type ListPlace, type TextItem } from './body-items.ts';
import type { DocxReading } from './docx-reading.ts';
import type { DrawnPicture, Drawing } from './drawings.ts';
import { type InlinePiece, InlineReader } from './inline-reader.ts';
import { type ParagraphProperties, readParagraphProperties } from './properties.ts';
import type { NamedRole } from './style-names.ts';
import type { ResolvedStyle } from './styles.ts';

const { nodes } = manuscriptSchema;

/** Deepest level of a list, and of headings, in Word. */
const LEVELS = 9;
/** In twips, of which an inch has 1440: about a centimetre from the left and half of one from the right. */
const SET_IN_LEFT = 500;
const SET_IN_RIGHT = 250;
const STEP = 360;
const BOX_DEPTH = 4;
const CELL_SEPARATOR = ' | ';

/** Reads the body of a document, element by element, into paragraphs, pictures and rules. */
export class BodyReader {
  readonly items: BodyItem[] = [];
  readonly #reading: DocxReading;
  /** Content of a paragraph whose end was deleted, or that is a large first letter: it begins the next one. */
  #carried: DocNode[] = [];
  #carriedAnchors: string[] = [];
  #breakPending = false;
  #depth = 0;

  constructor(reading: DocxReading) {
    this.#reading = reading;
  }

  readBlock(element: XmlElement): void {
    switch (element.name) {
      case 'w:p':
        this.#readParagraph(element);
        break;
      case 'w:tbl':
        this.#readTable(element);
        break;
      case 'w:sdt':
        this.#readControl(element);
        break;
      case 'w:bookmarkStart':
        this.#carriedAnchors.push(element.attributes['w:name'] ?? '');
        break;
      case 'w:altChunk':
        this.#reading.notes.add('document-lost', this.#reading.where);
        break;
      case 'w:customXml':
      case 'w:ins':
      case 'w:moveTo':
        this.readBlocks(element);
        break;
      default:
    }
  }

  readBlocks(element: XmlElement): void {
    for (const child of childrenOf(element)) this.readBlock(child);
  }

  /** A control around paragraphs: a form, or a list of contents. */
  #readControl(element: XmlElement): void {
    const gallery = findElement(childOf(element, 'w:sdtPr'), 'w:docPartGallery')?.attributes['w:val'] ?? '';
    if (/table of contents/i.test(gallery)) this.#reading.notes.add('contents-dropped');
    else for (const content of childrenOf(element, 'w:sdtContent')) this.readBlocks(content);
  }

  #readParagraph(element: XmlElement): void {
    const { styles, fields, notes } = this.#reading;
    const written = childOf(element, 'w:pPr');
    const own = readParagraphProperties(written);
    const style = styles.paragraph(own.styleId);
    const properties: ParagraphProperties = { ...style.paragraph, ...own };
    const markup = childOf(written, 'w:rPr');
    this.#countChanges(written, markup);
    const wasGenerated = !fields.showsText;
    const inline = new InlineReader(this.#reading, { style, href: null, isNote: false });
    inline.readChildren(element);
    const [first] = inline.pieces;
    if (first) {
      first.content.unshift(...this.#carried);
      first.anchors.unshift(...this.#carriedAnchors.filter((name) => name !== ''));
    }
    this.#carried = [];
    this.#carriedAnchors = [];
    const isGenerated = wasGenerated || !fields.showsText;
    if (style.role?.role === 'contents') notes.add('index-dropped');
    else if (this.#isCarried(written, markup)) this.#carry(inline.pieces, written);
    else this.#addPieces(inline.pieces, { properties, style, isGenerated });
    const section = childOf(written, 'w:sectPr');
    if (section && childOf(section, 'w:type')?.attributes['w:val'] !== 'continuous') this.#breakPending = true;
  }

  #countChanges(written: XmlElement | undefined, markup: XmlElement | undefined): void {
    const { changes } = this.#reading;
    if (childOf(written, 'w:pPrChange')) changes.formatted += 1;
    if (childOf(markup, 'w:ins')) changes.inserted += 1;
    if (childOf(markup, 'w:del')) changes.deleted += 1;
  }

  /** Whether a paragraph goes on in the next one: its end was deleted, or it is only a large first letter. */
  #isCarried(written: XmlElement | undefined, markup: XmlElement | undefined): boolean {
    const dropCap = childOf(written, 'w:framePr')?.attributes['w:dropCap'];
    return (dropCap !== undefined && dropCap !== 'none') || childOf(markup, 'w:del') !== undefined;
  }

  #carry(pieces: readonly InlinePiece[], written: XmlElement | undefined): void {
    const isInitial = childOf(written, 'w:framePr') !== undefined;
    for (const { content, anchors } of pieces) {
      // size and weight of a large first letter are decoration
      for (const node of content) this.#carried.push(isInitial && node.isText ? node.mark([]) : node);
      this.#carriedAnchors.push(...anchors);
    }
  }

  #addPieces(
    pieces: readonly InlinePiece[],
    how: { readonly properties: ParagraphProperties; readonly style: ResolvedStyle; readonly isGenerated: boolean },
  ): void {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) this.#breakPending = true;
      const isShown = piece.content.length > 0 || piece.drawings.length > 0;
      // behind a break at the end of a paragraph stands nothing, not an empty line
      const isTail = index > 0 && index === pieces.length - 1;
      if (isShown || (!how.isGenerated && !isTail && pieces.length === 1)) this.#addPiece(piece, how);
    }
  }

  #addPiece(
    piece: InlinePiece,
    { properties, style }: { readonly properties: ParagraphProperties; readonly style: ResolvedStyle },
  ): void {
    const breakBefore = this.#breakPending || properties.breakBefore === true;
    const heading = headingOf(properties, style);
    const role: NamedRole | undefined = heading ?? style.role;
    const content = heading ? this.#withNumber(piece.content, properties) : piece.content;
    const isText = content.some((node) => !node.isText || (node.text ?? '').trim() !== '');
    if (heading && isText) this.#reading.where = lineOfContent(content).slice(0, 200);
    if (isText) {
      this.#breakPending = false;
      const shape = this.#shapeOf(properties);
      this.items.push({ kind: 'text', role, content, breakBefore, anchors: piece.anchors, ...shape });
    } else this.#carriedAnchors.push(...piece.anchors);
    if (piece.drawings.length > 0) this.#addDrawings(piece.drawings, { isInText: isText, breakBefore });
    else if (!isText && properties.hasBorder) this.items.push({ kind: 'rule' });
    else if (!isText) this.#addBlank(breakBefore);
  }

  #addBlank(breakBefore: boolean): void {
    this.items.push({ kind: 'blank', breakBefore });
    // an empty line at the top of a page leaves the break to the text below it
    this.#breakPending = breakBefore;
  }

  #withNumber(content: DocNode[], { numberingId, numberingLevel = 0 }: ParagraphProperties): DocNode[] {
    const number = this.#reading.numbering.count(numberingId, clampLevel(numberingLevel));
    if (number === '') return content;
    const separator = content.length === 0 ? '' : /[.:)]$/.test(number) ? ' ' : ': ';
    return [manuscriptSchema.text(number + separator), ...content];
  }

  #shapeOf(properties: ParagraphProperties): Pick<TextItem, 'align' | 'isUnindented' | 'isSetIn' | 'steps' | 'list'> {
    const { indentLeft = 0, indentRight = 0, firstLine = 0 } = properties;
    const list = this.#listOf(properties);
    return {
      align: alignmentOf(properties),
      isUnindented: firstLine === 0,
      isSetIn: list === null && indentLeft >= SET_IN_LEFT && indentRight >= SET_IN_RIGHT,
      steps: Math.max(0, Math.round(indentLeft / STEP)),
      list,
    };
  }

  #listOf({ numberingId, numberingLevel = 0 }: ParagraphProperties): ListPlace | null {
    const level = clampLevel(numberingLevel);
    const found = this.#reading.numbering.level(numberingId, level);
    if (!found || numberingId === undefined || found.format === 'none') return null;
    return { numberingId, level, isOrdered: !found.isBullet, start: Math.max(0, found.start) };
  }

  #addDrawings(
    drawings: readonly Drawing[],
    { isInText, breakBefore }: { readonly isInText: boolean; readonly breakBefore: boolean },
  ): void {
    const { notes } = this.#reading;
    for (const { pictures, boxes, isRule } of drawings) {
      for (const picture of pictures) {
        const node = this.#imageOf(picture);
        if (!node) continue;
        if (isInText) notes.add('image-moved', this.#reading.where);
        this.items.push({ kind: 'image', node, breakBefore: breakBefore && !isInText, anchors: [] });
        this.#breakPending = false;
      }
      if (isRule) this.items.push({ kind: 'rule' });
      for (const box of boxes) this.#readBox(box);
    }
  }

  #readBox(box: XmlElement): void {
    if (this.#depth >= BOX_DEPTH) return;
    this.#reading.notes.add('text-box-moved', this.#reading.where);
    this.#depth += 1;
    this.readBlocks(box);
    this.#depth -= 1;
  }

  #imageOf(picture: DrawnPicture): DocNode | null {
    const { relations, images, notes, where } = this.#reading;
    const relation = relations.get(picture.relation ?? '');
    if (!relation || relation.isExternal || picture.isLinked) {
      notes.add(relation ? 'remote-image-lost' : 'image-missing', where);
      return null;
    }
    const fileId = images.nameOf(relation.target);
    if (fileId === null) return null;
    const { width, height } = picture;
    const alt = picture.alt.replaceAll(/\s+/g, ' ').trim().slice(0, 4_000).toWellFormed();
    const title = picture.title.replaceAll(/\s+/g, ' ').trim().slice(0, 1_000).toWellFormed() || null;
    return nodes.image.create({ id: newBlockId(), fileId, alt, title, width, height });
  }

  #readTable(table: XmlElement): void {
    if (this.#depth >= BOX_DEPTH) return;
    this.#depth += 1;
    let widest = 0;
    for (const row of rowsOf(table)) {
      const cells = cellsOf(row).map((cell) => this.#capture(() => this.readBlocks(cell)));
      const filled = cells
        .map((items) => items.filter(({ kind }) => kind !== 'blank'))
        .filter((items) => items.length > 0);
      widest = Math.max(widest, filled.length);
      const isPlain =
        filled.length > 1 && filled.every(([only, ...others]) => only?.kind === 'text' && others.length === 0);
      if (isPlain) this.items.push(joinCells(filled.flatMap((items) => items.filter((item) => item.kind === 'text'))));
      else this.items.push(...filled.flat());
    }
    this.#depth -= 1;
    if (widest > 1) this.#reading.notes.add('table-flattened', this.#reading.where);
  }

  #capture(read: () => void): BodyItem[] {
    const before = this.items.length;
    read();
    return this.items.splice(before);
  }
}

const clampLevel = (level: number): number => Math.min(LEVELS - 1, Math.max(0, level));

const headingOf = ({ outlineLevel }: ParagraphProperties, style: ResolvedStyle): NamedRole | undefined => {
  if (style.role?.role === 'heading') return style.role;
  // a style that is called something else is that, whatever level an outline gives it
  if (style.role || outlineLevel === undefined || outlineLevel >= LEVELS) return undefined;
  return { role: 'heading', level: outlineLevel + 1 };
};

const alignmentOf = ({ align, rightToLeft }: ParagraphProperties): Alignment | null => {
  if (align === undefined) return null;
  if (align === 'start' || align === 'end') return (align === 'start') === (rightToLeft === true) ? 'right' : 'left';
  // Word's left and right change sides in paragraphs that are written from the right
  if (rightToLeft && align === 'left') return 'right';
  return rightToLeft && align === 'right' ? 'left' : align;
};

const nested = (element: XmlElement, name: string): XmlElement[] =>
  childrenOf(element).flatMap((child) => {
    if (child.name === name) return [child];
    return ['w:sdt', 'w:sdtContent', 'w:customXml', 'w:ins'].includes(child.name) ? nested(child, name) : [];
  });
const rowsOf = (table: XmlElement): XmlElement[] => nested(table, 'w:tr');
const cellsOf = (row: XmlElement): XmlElement[] => nested(row, 'w:tc');

/** One paragraph of the cells of a row. */
const joinCells = (cells: readonly TextItem[]): TextItem => {
  const content: DocNode[] = [];
  for (const [index, cell] of cells.entries()) {
    if (index > 0) content.push(manuscriptSchema.text(CELL_SEPARATOR));
    content.push(...cell.content);
  }
  return {
    kind: 'text',
    role: undefined,
    content,
    align: null,
    isUnindented: true,
    isSetIn: false,
    steps: 0,
    list: null,
    breakBefore: cells[0]?.breakBefore ?? false,
    anchors: cells.flatMap(({ anchors }) => [...anchors]),
  };
};

/** The content of a note: its paragraphs as lines. */
export const readNoteContent = (reading: DocxReading, body: XmlElement): DocNode[] => {
  const content: DocNode[] = [];
  const paragraphs = nested(body, 'w:p');
  for (const paragraph of paragraphs) {
    const style = reading.styles.paragraph(readParagraphProperties(childOf(paragraph, 'w:pPr')).styleId);
    // the style of notes is not what its letters mean
    const plain: ResolvedStyle = { ...style, run: {}, role: style.role ?? { role: 'quote' } };
    const inline = new InlineReader(reading, { style: plain, href: null, isNote: true });
    inline.readChildren(paragraph);
    const pieces = inline.pieces
      .flatMap((piece) => piece.content)
      .filter((node) => node.isText || node.type === nodes.hardBreak);
    const isText = pieces.some((node) => (node.text ?? '').trim() !== '');
    if (isText && content.length > 0) content.push(nodes.hardBreak.create());
    if (isText) content.push(...pieces);
  }
  if (paragraphs.length > 1) reading.notes.add('footnote-paragraphs-joined', reading.where);
  return content;
};
