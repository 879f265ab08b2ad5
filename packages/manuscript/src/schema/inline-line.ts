import { Fragment, Mark } from 'prosemirror-model';
import { cleanText } from './clean-text.ts';
import { type DocNode, manuscriptSchema } from './manuscript-schema.ts';

const { hardBreak } = manuscriptSchema.nodes;

/** The white space that HTML collapses. A no-break space is not among it. */
const COLLAPSING = /[ \t\n\r]+/g;
const NEEDS_COLLAPSING = /[\t\n\r]| {2}/;

/** Spaces that stand for an indentation where a line begins. */
const INDENTING = /^[ \u00a0\u2002\u2003]+/;

const isBlank = (piece: readonly DocNode[]): boolean =>
  piece.every((node) => node.type === hardBreak || (node.isText && node.text?.trim() === ''));

/**
 * Collects the inline content of one block and collapses white space as browsers do: one space for a run of it, none at
 * the edges of the block and beside hard breaks; no-break spaces are kept, except where a line begins. A space keeps the
 * marks that it had.
 */
export class InlineLine {
  #nodes: DocNode[] = [];
  #text = '';
  #marks: readonly Mark[] = Mark.none;
  /** Marks of a space that is written when something follows it. */
  #space: readonly Mark[] | null = null;
  /** Hard breaks that are written when something follows them. */
  #breaks = 0;

  get isEmpty(): boolean {
    return this.#nodes.length === 0 && this.#text === '';
  }

  /** Whether text added next would begin a line: spaces before it are dropped. */
  get #atLineStart(): boolean {
    return this.#breaks > 0 || this.isEmpty;
  }

  addText(text: string, marks: readonly Mark[]): void {
    const clean = cleanText(text.includes('\f') ? text.replaceAll('\f', ' ') : text);
    const collapsed = NEEDS_COLLAPSING.test(clean) ? clean.replace(COLLAPSING, ' ') : clean;
    const shown = this.#atLineStart ? collapsed.replace(INDENTING, '') : collapsed;
    const start = shown.startsWith(' ') ? 1 : 0;
    const end = shown.endsWith(' ') ? Math.max(start, shown.length - 1) : shown.length;
    if (start > 0) this.#addSpace(marks);
    const words = shown.slice(start, end);
    if (words !== '') {
      this.#settle();
      this.#append(words, marks);
    }
    if (end < shown.length && end > start) this.#addSpace(marks);
  }

  addBreak(): void {
    this.#space = null;
    if (!this.isEmpty) this.#breaks += 1;
  }

  /** A footnote, or any other inline node that is not text. */
  addNode(node: DocNode): void {
    this.#settle();
    this.#close();
    this.#nodes.push(node);
  }

  /**
   * Hands over what was collected and starts anew. Two hard breaks or more in a row end a piece: a paragraph becomes
   * several of them. Empty when there is nothing but white space.
   */
  takePieces(): Fragment[] {
    this.#close();
    const pieces: DocNode[][] = [[]];
    for (const [index, node] of this.#nodes.entries()) {
      const next = this.#nodes[index + 1];
      const previous = this.#nodes[index - 1];
      const isRepeated = node.type === hardBreak && (next?.type === hardBreak || previous?.type === hardBreak);
      if (!isRepeated) pieces.at(-1)?.push(node);
      else if (pieces.at(-1)?.length) pieces.push([]);
    }
    this.#reset();
    return pieces.filter((piece) => !isBlank(piece)).map((piece) => Fragment.fromArray(piece));
  }

  /** Hands over what was collected as one piece, several hard breaks in a row as one. */
  takeWhole(): Fragment {
    const nodes: DocNode[] = [];
    for (const piece of this.takePieces()) {
      if (nodes.length > 0) nodes.push(hardBreak.create());
      piece.forEach((node) => nodes.push(node));
    }
    return Fragment.fromArray(nodes);
  }

  #reset(): void {
    this.#nodes = [];
    this.#text = '';
    this.#marks = Mark.none;
    this.#space = null;
    this.#breaks = 0;
  }

  #addSpace(marks: readonly Mark[]): void {
    if (this.#space === null && !this.#atLineStart) this.#space = marks;
  }

  #settle(): void {
    if (this.#breaks > 0) {
      this.#close();
      for (; this.#breaks > 0; this.#breaks--) this.#nodes.push(hardBreak.create());
    }
    if (this.#space !== null) this.#append(' ', this.#space);
    this.#space = null;
  }

  #append(text: string, marks: readonly Mark[]): void {
    if (this.#text !== '' && !Mark.sameSet(this.#marks, marks)) this.#close();
    this.#marks = marks;
    this.#text += text;
  }

  #close(): void {
    if (this.#text !== '') this.#nodes.push(manuscriptSchema.text(this.#text, this.#marks));
    this.#text = '';
  }
}
