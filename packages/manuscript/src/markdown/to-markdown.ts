import type { BlockContent, ListItem, Paragraph, PhrasingContent, Root, RootContent } from 'mdast';
import { gfmFootnoteToMarkdown } from 'mdast-util-gfm-footnote';
import { gfmStrikethroughToMarkdown } from 'mdast-util-gfm-strikethrough';
import { toMarkdown as stringify, type Unsafe } from 'mdast-util-to-markdown';
import { mendManuscript } from '../schema/check-manuscript.ts';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { escapeAttribute } from '../xhtml/escape.ts';
import { markdownForm } from './markdown-form.ts';
import { type LineKind, type MarkdownNotes, toMdastInline } from './to-mdast-inline.ts';
import { append } from '../schema/append.ts';

type Block = BlockContent;

const html = (value: string): Block => ({ type: 'html', value });

const paragraphOf = (children: PhrasingContent[]): Paragraph => ({ type: 'paragraph', children });

const lineOf = (node: DocNode, notes: MarkdownNotes, kind: LineKind = 'paragraph'): Paragraph =>
  paragraphOf(toMdastInline(node, notes, kind));

const writeParagraph = (node: DocNode, notes: MarkdownNotes): Block[] => {
  // An empty line of its own, which Markdown has no sign for.
  if (node.childCount === 0) return [html('<br>')];
  const { align, indent } = node.attrs;
  const paragraph = lineOf(node, notes);
  if (align === null && indent === null) return [paragraph];
  const alignment = align === null ? '' : ` align="${escapeAttribute(String(align))}"`;
  return [html(`<div${alignment}${indent === null ? '' : ' class="no-indent"'}>`), paragraph, html('</div>')];
};

const writeQuote = (node: DocNode, notes: MarkdownNotes): Block[] => {
  const children = writeBlocks(node, notes);
  if (node.attrs.kind === 'quote') return [{ type: 'blockquote', children }];
  return [html(`<blockquote class="${escapeAttribute(String(node.attrs.kind))}">`), ...children, html('</blockquote>')];
};

/** A step of indentation; unlike other spaces it is kept at the start of a line. */
const EM_SPACE = '\u2003';

const writeStanza = (stanza: DocNode, notes: MarkdownNotes): Block => {
  const children: PhrasingContent[] = [];
  stanza.forEach((line, _offset, index) => {
    if (index > 0) children.push({ type: 'break' });
    const indent = Number(line.attrs.indent) || 0;
    if (indent > 0) children.push({ type: 'text', value: EM_SPACE.repeat(indent) });
    append(children, toMdastInline(line, notes, 'paragraph'));
  });
  return paragraphOf(children);
};

const writeVerse = (node: DocNode, notes: MarkdownNotes): Block[] => {
  const stanzas: Block[] = [];
  node.forEach((stanza) => stanzas.push(writeStanza(stanza, notes)));
  return [html('<div class="verse">'), ...stanzas, html('</div>')];
};

const writeList = (node: DocNode, notes: MarkdownNotes): Block[] => {
  const items: ListItem[] = [];
  node.forEach((item) => {
    const isTight = item.childCount === 1 && item.firstChild?.childCount !== 0;
    items.push({ type: 'listItem', spread: !isTight, children: writeBlocks(item, notes) });
  });
  const spread = items.some((item) => item.spread);
  const isOrdered = node.type.name === 'orderedList';
  const start = isOrdered ? { start: Number(node.attrs.start) } : {};
  return [{ type: 'list', ordered: isOrdered, ...start, spread, children: items }];
};

const writeImage = (node: DocNode, notes: MarkdownNotes): Block[] => {
  const { fileId, alt, title, width, height } = node.attrs;
  const url = `file:${String(fileId)}`;
  const attributes = Object.entries({ src: url, alt, title, width, height })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`);
  const hasSize = width !== null || height !== null;
  const picture: Block = hasSize
    ? html(`<img${attributes.join('')}>`)
    : paragraphOf([{ type: 'image', url, alt: String(alt), title: title === null ? null : String(title) }]);
  if (node.childCount === 0) return [picture];
  const caption = lineOf(node, notes);
  return [html('<figure>'), picture, html('<figcaption>'), caption, html('</figcaption>'), html('</figure>')];
};

const writeBlock = (node: DocNode, notes: MarkdownNotes): Block[] => {
  switch (node.type.name) {
    case 'paragraph':
      return writeParagraph(node, notes);
    case 'heading': {
      const depth = ([1, 2, 3, 4] as const).find((level) => level === node.attrs.level) ?? 4;
      return [{ type: 'heading', depth, children: toMdastInline(node, notes, 'heading') }];
    }
    case 'sceneBreak':
      return [{ type: 'thematicBreak' }];
    case 'blockquote':
      return writeQuote(node, notes);
    case 'verse':
      return writeVerse(node, notes);
    case 'bulletList':
    case 'orderedList':
      return writeList(node, notes);
    case 'image':
      return writeImage(node, notes);
    case 'codeBlock':
      return [{ type: 'code', lang: node.attrs.language as string | null, value: node.textContent }];
    default:
      return [];
  }
};

const writeBlocks = (parent: DocNode, notes: MarkdownNotes): Block[] => {
  const blocks: Block[] = [];
  parent.forEach((child) => {
    append(blocks, writeBlock(child, notes));
  });
  return blocks;
};

/** What is escaped besides what Markdown itself needs. */
const UNSAFE: Unsafe[] = [
  // A reference to a footnote and a colon would be the footnote.
  { before: '\\]', character: ':', inConstruct: 'phrasing' },
  // A program that refuses an address reads the title and the description as text, and HTML in them as HTML.
  { character: '<', inConstruct: ['titleQuote', 'titleApostrophe', 'label', 'reference'] },
];

/**
 * Writes a document as Markdown: CommonMark with footnotes (`[^1]`) and `~~strikethrough~~`; what Markdown has no sign
 * for is written as HTML that other programs show as well (README, "Markdown"). Ids of blocks are not written. The
 * document is brought into normal form first.
 */
export const toMarkdown = (doc: DocNode): string => {
  const own = doc.type.schema === manuscriptSchema ? doc : mendManuscript(doc.toJSON()).doc;
  const notes: MarkdownNotes = { definitions: [] };
  const children: RootContent[] = writeBlocks(markdownForm(own), notes);
  const root: Root = { type: 'root', children: [...children, ...notes.definitions] };
  return stringify(root, {
    extensions: [gfmFootnoteToMarkdown(), gfmStrikethroughToMarkdown()],
    bullet: '-',
    bulletOther: '*',
    emphasis: '*',
    fences: true,
    listItemIndent: 'one',
    resourceLink: true,
    rule: '*',
    ruleSpaces: true,
    unsafe: UNSAFE,
  });
};
