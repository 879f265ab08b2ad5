import type { Mark } from 'prosemirror-model';
import type { FootnoteDefinition, PhrasingContent } from 'mdast';
import { escapeAttribute } from '../xhtml/escape.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';

/** What a document needs besides its text: its footnotes, which stand at the end. */
export interface MarkdownNotes {
  readonly definitions: FootnoteDefinition[];
}

interface Piece {
  readonly node: DocNode;
  readonly marks: readonly Mark[];
}

/** Marks that a hard break has, so that what is marked on both of its sides is not cut in two. */
const bridge = (pieces: readonly Piece[]): Piece[] =>
  pieces.map((piece, index) => {
    if (piece.node.type.name !== 'hardBreak') return piece;
    const behind = pieces[index + 1]?.marks ?? [];
    return { node: piece.node, marks: (pieces[index - 1]?.marks ?? []).filter((mark) => mark.isInSet(behind)) };
  });

const piecesOf = (parent: DocNode): Piece[] => {
  const pieces: Piece[] = [];
  parent.forEach((node) => pieces.push({ node, marks: node.isText ? node.marks : [] }));
  return bridge(pieces);
};

const html = (value: string): PhrasingContent => ({ type: 'html', value });

const languageTag = (mark: Mark): string => {
  const dir = mark.attrs.dir === null ? '' : ` dir="${escapeAttribute(String(mark.attrs.dir))}"`;
  return `<span lang="${escapeAttribute(String(mark.attrs.lang))}"${dir}>`;
};

const TAGS: Readonly<Record<string, readonly [string, string]>> = {
  smallCaps: ['<span class="small-caps">', '</span>'],
  underline: ['<u>', '</u>'],
  superscript: ['<sup>', '</sup>'],
  subscript: ['<sub>', '</sub>'],
};

/** Marks that Markdown writes with signs around words, and the tags that always work. */
const SIGNS: Readonly<Record<string, { readonly type: 'emphasis' | 'strong' | 'delete'; readonly tag: string }>> = {
  emphasis: { type: 'emphasis', tag: 'em' },
  strong: { type: 'strong', tag: 'strong' },
  strikethrough: { type: 'delete', tag: 's' },
};

const PUNCTUATION = /[\p{P}\p{S}]/u;
const SPACE = /[\t\n\f\r\p{Zs}]/u;

interface Edge {
  readonly end: 'first' | 'last';
  /** How many marks are written already; `null`: the piece stands outside. */
  readonly depth: number | null;
}

/** What stands at an edge of a piece, as Markdown sees it. */
const edgeOf = (piece: Piece | undefined, { end, depth }: Edge): 'space' | 'punctuation' | 'word' => {
  if (!piece || piece.node.type.name === 'hardBreak') return 'space';
  // Signs, tags or brackets of marks within come before the text.
  if (!piece.node.isText || (depth !== null && piece.marks.length > depth)) return 'punctuation';
  const text = piece.node.text ?? '';
  const sign = end === 'first' ? String.fromCodePoint(text.codePointAt(0) ?? 32) : (text.match(/.$/su)?.[0] ?? ' ');
  // Writers and readers of Markdown do not agree on U+2028 and U+FEFF: each is the worse of both.
  if (depth === null ? SPACE.test(sign) : sign.trim() === '') return 'space';
  return PUNCTUATION.test(sign) ? 'punctuation' : 'word';
};

interface Edges {
  readonly inside: Piece | undefined;
  readonly outside: Piece | undefined;
  readonly side: 'left' | 'right';
  readonly depth: number;
}

/** Whether signs at this edge would not be read as such: `the*“sea”*`. */
const isUnreadable = ({ inside, outside, side, depth }: Edges): boolean => {
  const within = edgeOf(inside, { end: side === 'left' ? 'first' : 'last', depth });
  const around = edgeOf(outside, { end: side === 'left' ? 'last' : 'first', depth: null });
  return within === 'space' || (within === 'punctuation' && around === 'word');
};

interface Run {
  readonly mark: Mark;
  readonly children: PhrasingContent[];
  /** Written with tags, because signs would not be read here. */
  readonly needsTags: boolean;
}

/** Puts a mark around what it marks. */
const wrap = ({ mark, children, needsTags }: Run): PhrasingContent[] => {
  const { name } = mark.type;
  const sign = Object.hasOwn(SIGNS, name) ? SIGNS[name] : undefined;
  if (sign && needsTags) return [html(`<${sign.tag}>`), ...children, html(`</${sign.tag}>`)];
  if (sign) return [{ type: sign.type, children }];
  switch (name) {
    case 'link': {
      const url = String(mark.attrs.href);
      const title = typeof mark.attrs.title === 'string' ? mark.attrs.title : null;
      return [{ type: 'link', url, title, children }];
    }
    case 'language':
      return [html(languageTag(mark)), ...children, html('</span>')];
    default: {
      const tags = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
      return tags ? [html(tags[0]), ...children, html(tags[1])] : children;
    }
  }
};

const footnoteReference = (node: DocNode, notes: MarkdownNotes): PhrasingContent => {
  const identifier = String(notes.definitions.length + 1);
  const definition: FootnoteDefinition = { type: 'footnoteDefinition', identifier, label: identifier, children: [] };
  notes.definitions.push(definition);
  definition.children.push({ type: 'paragraph', children: toMdastInline(node, notes, 'paragraph') });
  return { type: 'footnoteReference', identifier, label: identifier };
};

/** How a line break is written: in headings and captions Markdown has no line breaks of its own. */
export type LineKind = 'paragraph' | 'heading';

const leaf = ({ node }: Piece, notes: MarkdownNotes, kind: LineKind): PhrasingContent => {
  if (node.isText) return { type: 'text', value: node.text ?? '' };
  if (node.type.name === 'footnote') return footnoteReference(node, notes);
  return kind === 'heading' ? html('<br>') : { type: 'break' };
};

/** Where the pieces end that share a mark with the one at `start`. */
const endOfRun = (pieces: readonly Piece[], start: number, depth: number): number => {
  const mark = pieces[start]?.marks[depth];
  if (!mark) return start + 1;
  for (let end = start + 1; end < pieces.length; end++) {
    if (!pieces[end]?.marks[depth]?.eq(mark)) return end;
  }
  return pieces.length;
};

/** The inline content of a block as mdast. Expects the form of `markdownForm`. */
export const toMdastInline = (parent: DocNode, notes: MarkdownNotes, kind: LineKind): PhrasingContent[] => {
  const nest = (pieces: readonly Piece[], depth: number): PhrasingContent[] => {
    const content: PhrasingContent[] = [];
    for (let index = 0; index < pieces.length; ) {
      const piece = pieces[index];
      const mark = piece?.marks[depth];
      let end = index + 1;
      if (piece && !mark) content.push(leaf(piece, notes, kind));
      else if (mark) {
        end = endOfRun(pieces, index, depth);
        const run = pieces.slice(index, end);
        const needsTags =
          isUnreadable({ inside: run[0], outside: pieces[index - 1], side: 'left', depth: depth + 1 }) ||
          isUnreadable({ inside: run.at(-1), outside: pieces[end], side: 'right', depth: depth + 1 });
        content.push(
          ...(mark.type.name === 'code' ? codeOf(run) : wrap({ mark, children: nest(run, depth + 1), needsTags })),
        );
      }
      index = end;
    }
    return content;
  };
  const codeOf = (run: readonly Piece[]): PhrasingContent[] =>
    run.map((piece) =>
      piece.node.isText ? { type: 'inlineCode', value: piece.node.text ?? '' } : leaf(piece, notes, kind),
    );
  return nest(piecesOf(parent), 0);
};
