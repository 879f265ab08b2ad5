import { blockText, forEachTextBlock } from '../schema/block-text.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { sentenceStarts } from './boundaries.ts';
import { normaliseSentence, textKey } from './text-key.ts';

/** One sentence of a block. */
export interface Sentence {
  /** Stable identity: `<block id>.<key>`, and `.2`, `.3`, … for further sentences of the same text in the block. */
  readonly id: string;
  /** Names the text alone, wherever it stands: equal texts have equal keys. */
  readonly key: string;
  readonly text: string;
  /** Offsets into `blockText(block)`, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /**
   * ProseMirror positions relative to the start of the block's content: in a document, `pos + 1 + start`. A footnote that
   * stands directly behind the sentence is within.
   */
  readonly start: number;
  readonly end: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Blocks that are one sentence each, however they are punctuated: what is read out in one breath. */
const WHOLE = new Set(['heading', 'verseLine', 'codeBlock']);

const trimmed = (text: string, from: number, to: number): Span => {
  const part = text.slice(from, to);
  const start = from + part.length - part.trimStart().length;
  return { from: start, to: Math.max(start, from + part.trimEnd().length) };
};

/** Where the sentences of a text stand; what is between them is white space. */
export const sentenceSpans = (text: string, language: string): Span[] => {
  const starts = [0, ...sentenceStarts(text, language)];
  return starts
    .map((start, index) => trimmed(text, start, starts[index + 1] ?? text.length))
    .filter((span) => span.to > span.from);
};

interface Piece {
  /** Offset in the text of the block. */
  readonly at: number;
  readonly length: number;
  /** Position in the content of the block. */
  readonly pos: number;
  readonly size: number;
}

const piecesOf = (block: DocNode): Piece[] => {
  const pieces: Piece[] = [];
  let at = 0;
  block.forEach((child, pos) => {
    const length = child.isText ? (child.text?.length ?? 0) : child.type.name === 'hardBreak' ? 1 : 0;
    pieces.push({ at, length, pos, size: child.nodeSize });
    at += length;
  });
  return pieces;
};

/** Position behind the last character of a span, and behind the footnotes that follow it directly. */
const endOf = (pieces: readonly Piece[], index: number, to: number): number => {
  const last = pieces[index];
  if (!last) return 0;
  if (to < last.at + last.length) return last.pos + to - last.at;
  let end = last.pos + last.size;
  for (let next = index + 1; next < pieces.length; next++) {
    const piece = pieces[next];
    if (!piece || piece.length > 0) break;
    end = piece.pos + piece.size;
  }
  return end;
};

/** Positions for spans in order; walks the content of the block once. */
const positionsOf = (block: DocNode, spans: readonly Span[]): Span[] => {
  const pieces = piecesOf(block);
  let index = 0;
  const advance = (offset: number): Piece | undefined => {
    let piece = pieces[index];
    while (piece && (piece.length === 0 || piece.at + piece.length <= offset)) piece = pieces[++index];
    return piece;
  };
  return spans.map(({ from, to }) => {
    const first = advance(from);
    advance(to - 1);
    return { from: first ? first.pos + from - first.at : 0, to: endOf(pieces, index, to) };
  });
};

/** The language of a block: its own when all of its text is marked as being in one, else that of the book. */
const languageOf = (block: DocNode, language: string): string => {
  let found: string | null = null;
  let isOne = block.childCount > 0;
  block.forEach((child) => {
    if (!child.isText) return;
    const lang: unknown = child.marks.find((mark) => mark.type.name === 'language')?.attrs.lang;
    if (typeof lang !== 'string' || (found !== null && found !== lang)) isOne = false;
    else found = lang;
  });
  return isOne && found !== null ? found : language;
};

/**
 * The sentences of one block with text (paragraph, heading, line of verse, caption, …) or of a footnote, in order.
 * `language` is that of the book (BCP 47). Closing quotes and brackets belong to the sentence that they close; hard
 * breaks end sentences; headings, lines of verse and blocks of code are one sentence each.
 *
 * Ids are derived from the block's id and the text alone: see README, "Identity of sentences". Blocks without an id (see
 * `normaliseManuscript`) yield ids that begin with a period.
 */
export const sentencesOf = (block: DocNode, language: string): Sentence[] => {
  const text = blockText(block);
  const spans = WHOLE.has(block.type.name)
    ? [trimmed(text, 0, text.length)].filter((span) => span.to > span.from)
    : sentenceSpans(text, languageOf(block, language));
  const positions = positionsOf(block, spans);
  const blockId = typeof block.attrs.id === 'string' ? block.attrs.id : '';
  const uses = new Map<string, number>();
  return spans.map(({ from, to }, index) => {
    const sentence = text.slice(from, to);
    const key = textKey(normaliseSentence(sentence));
    const use = (uses.get(key) ?? 0) + 1;
    uses.set(key, use);
    const id = `${blockId}.${key}${use > 1 ? `.${use}` : ''}`;
    const position = positions[index];
    return { id, key, text: sentence, from, to, start: position?.from ?? 0, end: position?.to ?? 0 };
  });
};

/** The sentences of one block of a document. */
export interface BlockSentences {
  /** Id of the block or footnote. */
  readonly blockId: string | null;
  /** Name of its node, such as `paragraph` or `footnote`. */
  readonly kind: string;
  readonly sentences: readonly Sentence[];
}

/** The sentences of a whole document, block by block; the footnotes of a block follow it. */
export const sentencesOfManuscript = (doc: DocNode, language: string): BlockSentences[] => {
  const blocks: BlockSentences[] = [];
  const add = (block: DocNode): void => {
    const id: unknown = block.attrs.id;
    const blockId = typeof id === 'string' ? id : null;
    blocks.push({ blockId, kind: block.type.name, sentences: sentencesOf(block, language) });
    block.forEach((child) => {
      if (child.type.name === 'footnote') add(child);
    });
  };
  forEachTextBlock(doc, add);
  return blocks;
};
