import type { Mark } from 'prosemirror-model';
import { type DocNode, manuscriptSchema, newBlockId, normaliseHref } from '@authorworks/manuscript/schema';
import { findElements, type XmlElement, xmlText } from '../xml/xml-tree.ts';
import type { DocxReading } from './docx-reading.ts';
import { chooseAlternative, type Drawing, readDrawing } from './drawings.ts';
import { bookmarkToken } from './fields.ts';
import { readRunProperties } from './properties.ts';
import { languageMark, lookOf, type RunLook } from './run-marks.ts';
import type { ResolvedStyle } from './styles.ts';
import { symbolOf } from './symbols.ts';

const { nodes, marks: types } = manuscriptSchema;

/** What stands in a paragraph between two breaks of the page. */
export interface InlinePiece {
  readonly content: DocNode[];
  readonly drawings: Drawing[];
  /** Names of bookmarks that begin in it. */
  readonly anchors: string[];
}

interface Context {
  readonly style: ResolvedStyle;
  readonly href: string | null;
  readonly isNote: boolean;
}

const NO_LOOK: RunLook = { marks: [], isCaps: false, isHidden: false, languages: {} };
const TAB = '\t';

/** Reads the runs of one paragraph; what goes over its end (fields, counts) is in `reading`. */
export class InlineReader {
  readonly pieces: InlinePiece[] = [{ content: [], drawings: [], anchors: [] }];
  readonly #reading: DocxReading;
  readonly #context: Context;
  #href: string | null;
  #look: RunLook = NO_LOOK;

  constructor(reading: DocxReading, context: Context) {
    this.#reading = reading;
    this.#context = context;
    this.#href = context.href;
  }

  get #piece(): InlinePiece {
    const last = this.pieces.at(-1);
    if (!last) throw new Error('a paragraph without a piece');
    return last;
  }

  readChildren(element: XmlElement): void {
    for (const child of element.children) if (typeof child !== 'string') this.#read(child);
  }

  #read(element: XmlElement): void {
    const handler = Object.hasOwn(HANDLERS, element.name) ? HANDLERS[element.name] : undefined;
    if (handler) handler(this, element);
  }

  get #marks(): readonly Mark[] {
    const href = this.#href ?? this.#reading.fields.href;
    if (href === null) return this.#look.marks;
    return types.link.create({ href, title: null }).addToSet(this.#look.marks);
  }

  addText(text: string): void {
    const { fields, notes } = this.#reading;
    if (fields.isInstruction || !fields.showsText || text === '') return;
    if (this.#look.isHidden) {
      notes.add('hidden-text-dropped');
      return;
    }
    const shown = this.#look.isCaps ? text.toLocaleUpperCase(this.#look.languages.language ?? 'en') : text;
    const language = languageMark(shown, this.#look);
    this.#reading.countLanguage(language, shown);
    this.#piece.content.push(manuscriptSchema.text(shown, language ? language.addToSet(this.#marks) : this.#marks));
  }

  addBreak(element: XmlElement): void {
    if (!this.#reading.fields.showsText) return;
    const type = element.attributes['w:type'];
    if (type !== 'page' && type !== 'column') this.#piece.content.push(nodes.hardBreak.create());
    else if (!this.#context.isNote) this.pieces.push({ content: [], drawings: [], anchors: [] });
  }

  addRun(run: XmlElement): void {
    const properties = run.children.find((child) => typeof child !== 'string' && child.name === 'w:rPr');
    const direct = readRunProperties(typeof properties === 'string' ? undefined : properties);
    const before = this.#look;
    this.#look = lookOf(direct, { style: this.#context.style, styles: this.#reading.styles });
    const reference = run.children.find(
      (child) =>
        typeof child !== 'string' && (child.name === 'w:footnoteReference' || child.name === 'w:endnoteReference'),
    );
    // what stands beside a reference is the sign that the author chose for it
    if (reference && typeof reference !== 'string' && reference.attributes['w:customMarkFollows'])
      this.addNote(reference);
    else this.readChildren(run);
    this.#look = before;
  }

  addLink(element: XmlElement): void {
    const { relations, notes } = this.#reading;
    const relation = relations.get(element.attributes['r:id'] ?? '');
    const anchor = element.attributes['w:anchor'];
    const before = this.#href;
    const address = relation?.isExternal ? relation.target : null;
    if (address !== null) {
      this.#href = normaliseHref(address);
      if (this.#href === null) notes.add('link-refused', this.#reading.where);
    } else if (anchor) this.#href = normaliseHref(bookmarkToken(anchor));
    this.readChildren(element);
    this.#href = before;
  }

  addNote(element: XmlElement): void {
    const { fields, notes } = this.#reading;
    if (!fields.showsText) return;
    const kind = element.name === 'w:endnoteReference' ? 'endnote' : 'footnote';
    const body = this.#reading.noteBody(kind, element.attributes['w:id'] ?? '');
    if (!body) notes.add('footnote-missing', this.#reading.where);
    else if (this.#context.isNote) {
      notes.add('footnote-nested', this.#reading.where);
      this.addText(` [${xmlText(body).trim().slice(0, 2_000)}]`);
    } else {
      const content = this.#reading.readNote(body);
      if (content.length > 0) this.#piece.content.push(nodes.footnote.create({ id: newBlockId() }, content));
    }
  }

  addDrawing(element: XmlElement): void {
    if (!this.#reading.fields.showsText) return;
    const drawing = readDrawing(element);
    const isEmpty = drawing.pictures.length === 0 && drawing.boxes.length === 0 && !drawing.isRule;
    // charts and diagrams are drawn by Word; what is neither is a line or a shape
    if (isEmpty && isChart(element)) this.#reading.notes.add('chart-lost', this.#reading.where);
    if (!isEmpty) this.#piece.drawings.push(drawing);
  }

  addAnchor(name: string): void {
    if (name !== '' && name !== '_GoBack') this.#piece.anchors.push(name);
  }

  addSymbol({ attributes }: XmlElement): void {
    const symbol = symbolOf(attributes['w:font'] ?? '', attributes['w:char'] ?? '');
    this.addText(symbol ?? '\ufffd');
    if (symbol === null) this.#reading.notes.add('symbol-lost', this.#reading.where);
  }

  field(element: XmlElement): void {
    const { fields, notes } = this.#reading;
    const type = element.attributes['w:fldCharType'];
    if (type === 'begin') {
      fields.begin();
      if (findElements(element, 'w:ffData').length > 0) notes.add('form-lost', this.#reading.where);
    } else if (type === 'separate') fields.separate();
    else if (type === 'end') fields.end();
  }

  instruct(text: string): void {
    this.#reading.fields.instruct(text);
  }

  simpleField(element: XmlElement): void {
    this.#reading.fields.simple(element.attributes['w:instr'] ?? '', () => this.readChildren(element));
  }

  /** Text that somebody suggested to insert or delete; see `DocxReading.changes`. */
  change(kind: 'inserted' | 'deleted'): void {
    this.#reading.changes[kind] += 1;
  }

  comment(): void {
    this.#reading.notes.add('comment-lost', this.#reading.where);
  }

  formula(element: XmlElement): void {
    this.#reading.notes.add('equation-flattened', this.#reading.where);
    this.addText(findElements(element, 'm:t').map(xmlText).join(''));
  }

  ruby(element: XmlElement): void {
    for (const [name, open, close] of [
      ['w:rubyBase', '', ''],
      ['w:rt', '(', ')'],
    ] as const)
      for (const part of findElements(element, name)) {
        this.addText(open);
        this.readChildren(part);
        this.addText(close);
      }
  }
}

const isChart = (element: XmlElement): boolean =>
  element.name === 'w:object' ||
  findElements(element, 'a:graphicData').some(({ attributes }) => /chart|diagram|ole/i.test(attributes['uri'] ?? ''));

/** Without `xml:space="preserve"` the spaces at its edges are only layout of the file. */
const textOf = (element: XmlElement): string =>
  element.attributes['xml:space'] === 'preserve' ? xmlText(element) : xmlText(element).trim();

type Handler = (reader: InlineReader, element: XmlElement) => void;

const descend: Handler = (reader, element) => reader.readChildren(element);

const HANDLERS: Readonly<Record<string, Handler>> = {
  'w:r': (reader, element) => reader.addRun(element),
  'w:t': (reader, element) => reader.addText(textOf(element)),
  'w:tab': (reader) => reader.addText(TAB),
  'w:ptab': (reader) => reader.addText(TAB),
  'w:br': (reader, element) => reader.addBreak(element),
  'w:cr': (reader, element) => reader.addBreak(element),
  'w:noBreakHyphen': (reader) => reader.addText('\u2011'),
  'w:softHyphen': (reader) => reader.addText('\u00ad'),
  'w:sym': (reader, element) => reader.addSymbol(element),
  'w:hyperlink': (reader, element) => reader.addLink(element),
  'w:footnoteReference': (reader, element) => reader.addNote(element),
  'w:endnoteReference': (reader, element) => reader.addNote(element),
  'w:drawing': (reader, element) => reader.addDrawing(element),
  'w:pict': (reader, element) => reader.addDrawing(element),
  'w:object': (reader, element) => reader.addDrawing(element),
  'w:bookmarkStart': (reader, element) => reader.addAnchor(element.attributes['w:name'] ?? ''),
  'w:fldChar': (reader, element) => reader.field(element),
  'w:instrText': (reader, element) => reader.instruct(xmlText(element)),
  'w:fldSimple': (reader, element) => reader.simpleField(element),
  'w:commentReference': (reader) => reader.comment(),
  'w:ins': (reader, element) => {
    reader.change('inserted');
    reader.readChildren(element);
  },
  'w:moveTo': descend,
  'w:del': (reader) => reader.change('deleted'),
  'w:smartTag': descend,
  'w:customXml': descend,
  'w:dir': descend,
  'w:bdo': descend,
  'w:sdt': descend,
  'w:sdtContent': descend,
  'w:ruby': (reader, element) => reader.ruby(element),
  'm:oMath': (reader, element) => reader.formula(element),
  'm:oMathPara': descend,
  'mc:AlternateContent': (reader, element) => {
    const chosen = chooseAlternative(element);
    if (chosen) reader.readChildren(chosen);
  },
};
