// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this file needs the plugin's types
/// <reference path="./markdown-it-footnote.d.ts" />
import MarkdownIt, { type Env, type MarkdownIt as MarkdownParser, type Token } from 'markdown-it';
import footnotes from 'markdown-it-footnote';
import type { ConversionNote } from '../schema/conversion-notes.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { escapeText } from '../xhtml/escape.ts';
import { fromXhtml } from '../xhtml/from-xhtml.ts';
import type { FromXhtmlOptions } from '../xhtml/reader.ts';
import { endsInText } from '../xhtml/source-tree.ts';

export type FromMarkdownOptions = Pick<FromXhtmlOptions, 'language' | 'source' | 'imageFile' | 'linkHref'>;

export interface ReadMarkdown {
  /** Every block has an id; in normal form. */
  readonly doc: DocNode;
  readonly notes: readonly ConversionNote[];
  /** Ids of HTML elements in the source, and the block at which each stood. */
  readonly anchors: ReadonlyMap<string, string>;
}

/** How often one note is repeated; see `fromXhtml`, which has the same limit. */
const REPEATS = 16;
const NESTING = 100;

/** Tags that would swallow what is behind them as their text; they are shown as they are written. */
const SWALLOWING = /^<\/?(?:script|style|textarea|title|xmp|iframe|noembed|noframes|plaintext|noscript|template)\b/i;

interface Notes {
  /** Tokens of the definitions by label. */
  readonly bodies: Map<string, Token[]>;
  readonly uses: Map<string, number>;
  isOpen: boolean;
}

interface Rendering extends Env {
  notes?: Notes;
}

/** Tokens of a definition as inline HTML: paragraphs are parted by line breaks, other blocks keep their text only. */
const renderNote = (markdown: MarkdownParser, tokens: readonly Token[], env: Rendering): string => {
  const lines: string[] = [];
  for (const token of tokens) {
    if (token.type === 'inline')
      lines.push(markdown.renderer.renderInline(token.children ?? [], markdown.options, env));
    else if (token.type === 'fence' || token.type === 'code_block')
      lines.push(`<code>${escapeText(token.content)}</code>`);
    else if (token.type === 'html_block') lines.push(escapeText(token.content));
  }
  return lines.join('<br/>');
};

const labelOf = (token: Token): string => {
  const label = (token.meta as { label?: unknown } | null)?.label;
  return typeof label === 'string' ? label : '';
};

const renderReference = (markdown: MarkdownParser, token: Token, env: Rendering): string => {
  const { notes } = env;
  const label = labelOf(token);
  const body = notes?.bodies.get(label);
  if (!notes || !body) return escapeText(`[^${label}]`);
  // Notes are not nested: a reference within a note stays as it is written.
  if (notes.isOpen) return escapeText(`[^${label}]`);
  const uses = (notes.uses.get(label) ?? 0) + 1;
  notes.uses.set(label, uses);
  if (uses > REPEATS) return '';
  notes.isOpen = true;
  const content = renderNote(markdown, body, env);
  notes.isOpen = false;
  return `<span class="aw-footnote">${content}</span>`;
};

const BLANK_LINE = /^<br\s*\/?>\s*$/i;

const renderHtmlBlock = (content: string): string => {
  if (BLANK_LINE.test(content)) return '<p class="aw-blank"><br/></p>\n';
  // An unclosed quote or comment would swallow everything behind it.
  return endsInText(content) ? content : `<p>${escapeText(content)}</p>\n`;
};

/** A parser whose output is only ever read by `fromXhtml`, so that it may pass on all HTML and every address. */
const newMarkdown = (): MarkdownParser => {
  const markdown = new MarkdownIt('commonmark', { html: true, xhtmlOut: true, maxNesting: NESTING });
  markdown.enable('strikethrough');
  markdown.use(footnotes);
  markdown.inline.ruler.disable('footnote_inline');
  markdown.core.ruler.disable('footnote_tail');
  markdown.validateLink = () => true;
  markdown.normalizeLink = (url) => url;
  markdown.renderer.rules.html_block = (tokens, index) => renderHtmlBlock(tokens[index]?.content ?? '');
  markdown.renderer.rules.html_inline = (tokens, index) => {
    const content = tokens[index]?.content ?? '';
    return SWALLOWING.test(content) || !endsInText(content) ? escapeText(content) : content;
  };
  markdown.renderer.rules.footnote_ref = (tokens, index, _options, env) => {
    const token = tokens[index];
    return token ? renderReference(markdown, token, env as Rendering) : '';
  };
  return markdown;
};

/** Takes the definitions of footnotes out of the text. */
const takeNotes = (tokens: readonly Token[]): { text: Token[]; notes: Notes } => {
  const text: Token[] = [];
  const bodies = new Map<string, Token[]>();
  let open: Token[] | null = null;
  for (const token of tokens) {
    if (token.type === 'footnote_reference_open') {
      open = [];
      const label = labelOf(token);
      if (!bodies.has(label)) bodies.set(label, open);
    } else if (token.type === 'footnote_reference_close') open = null;
    else (open ?? text).push(token);
  }
  return { text, notes: { bodies, uses: new Map(), isOpen: false } };
};

/** A line of a single `#` is the scene break of typewritten manuscripts, not a heading without text. */
const withSceneBreaks = (tokens: readonly Token[]): Token[] => {
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    const isBare = token?.type === 'heading_open' && token.tag === 'h1' && tokens[index + 1]?.content === '';
    const close = tokens[index + 2];
    if (token && isBare && close?.type === 'heading_close') {
      token.type = 'hr';
      token.tag = 'hr';
      token.nesting = 0;
      kept.push(token);
      index += 2;
    } else if (token) kept.push(token);
  }
  return kept;
};

/**
 * Reads Markdown: CommonMark with footnotes and strikethrough. HTML in it is read by the rules of `fromXhtml` and never
 * passed through. Never throws; takes time about linear in the input.
 */
export const fromMarkdown = (source: string, options: FromMarkdownOptions = {}): ReadMarkdown => {
  const markdown = newMarkdown();
  const env: Rendering = {};
  const { text, notes } = takeNotes(markdown.parse(source, env));
  env.notes = notes;
  const html = markdown.renderer.render(withSceneBreaks(text), markdown.options, env);
  const read = fromXhtml(html, { ...options, blankParagraphs: 'drop' });
  const unused = [...notes.bodies.keys()].filter((label) => !notes.uses.has(label)).length;
  const lost: ConversionNote = {
    severity: 'lost',
    code: 'footnote-unused',
    message: 'A footnote that the text does not refer to was left out.',
    where: options.source ?? '',
    count: unused,
  };
  return { doc: read.doc, notes: unused > 0 ? [...read.notes, lost] : read.notes, anchors: read.anchors };
};
