import type { DOMOutputSpec, NodeSpec } from 'prosemirror-model';
import {
  ALT_LIMIT,
  attribute,
  blockId,
  isFileId,
  oneOf,
  TITLE_LIMIT,
  textAttribute,
  wholeNumber,
} from './attributes.ts';
import { type ParsedElement, reads } from './element.ts';
import {
  alignments,
  HEADING_LEVELS,
  IMAGE_SIZE_LIMIT,
  known,
  LIST_START_LIMIT,
  quoteKinds,
  readAlignment,
  readId,
  readWhole,
  VERSE_INDENTS,
  written,
} from './node-attributes.ts';

const readsId = reads((element) => ({ id: readId(element) }));
const typeRule = (type: string) => ({ tag: `[data-type="${type}"]`, priority: 60 });

const paragraph: NodeSpec = {
  group: 'block',
  content: 'inline*',
  attrs: { id: blockId, align: oneOf(alignments, null), indent: oneOf(['none'], null) },
  parseDOM: [
    {
      tag: 'p',
      getAttrs: reads((element) => ({
        id: readId(element),
        align: readAlignment(element),
        indent: known(['none'], element.getAttribute('data-indent')),
      })),
    },
  ],
  toDOM: (node): DOMOutputSpec => {
    const align = known(alignments, node.attrs.align);
    const style = align === null ? null : `text-align: ${align}`;
    return ['p', written({ 'data-block-id': node.attrs.id, 'data-indent': node.attrs.indent, style }), 0];
  },
};

const headingLevel = (level: unknown): number =>
  Math.min(HEADING_LEVELS, Math.max(1, typeof level === 'number' ? Math.trunc(level) || 1 : 1));

const heading: NodeSpec = {
  group: 'block',
  content: 'inline*',
  defining: true,
  attrs: { id: blockId, level: wholeNumber({ from: 1, to: HEADING_LEVELS, fallback: 1 }) },
  parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({
    tag: `h${level}`,
    getAttrs: reads((element) => ({ id: readId(element), level: headingLevel(level) })),
  })),
  toDOM: (node): DOMOutputSpec => [
    `h${headingLevel(node.attrs.level)}`,
    written({ 'data-block-id': node.attrs.id }),
    0,
  ],
};

const sceneBreak: NodeSpec = {
  group: 'block',
  atom: true,
  selectable: true,
  attrs: { id: blockId },
  parseDOM: [{ tag: 'hr', getAttrs: readsId }],
  toDOM: (node): DOMOutputSpec => ['hr', written({ 'data-block-id': node.attrs.id })],
};

const blockquote: NodeSpec = {
  group: 'block',
  content: 'block+',
  defining: true,
  attrs: { id: blockId, kind: oneOf(quoteKinds, 'quote') },
  parseDOM: [
    {
      tag: 'blockquote',
      getAttrs: reads((element) => ({
        id: readId(element),
        kind: known(quoteKinds, element.getAttribute('data-kind')) ?? 'quote',
      })),
    },
  ],
  toDOM: (node): DOMOutputSpec => [
    'blockquote',
    written({ 'data-block-id': node.attrs.id, 'data-kind': node.attrs.kind }),
    0,
  ],
};

const verse: NodeSpec = {
  group: 'block',
  content: 'stanza+',
  defining: true,
  attrs: { id: blockId },
  parseDOM: [{ ...typeRule('verse'), getAttrs: readsId }],
  toDOM: (node): DOMOutputSpec => ['div', written({ 'data-type': 'verse', 'data-block-id': node.attrs.id }), 0],
};

const stanza: NodeSpec = {
  content: 'verseLine+',
  attrs: { id: blockId },
  parseDOM: [{ ...typeRule('stanza'), getAttrs: readsId }],
  toDOM: (node): DOMOutputSpec => ['div', written({ 'data-type': 'stanza', 'data-block-id': node.attrs.id }), 0],
};

const verseLine: NodeSpec = {
  content: '(text | footnote)*',
  attrs: { id: blockId, indent: wholeNumber({ from: 0, to: VERSE_INDENTS, fallback: 0 }) },
  parseDOM: [
    {
      ...typeRule('verse-line'),
      getAttrs: reads((element) => ({
        id: readId(element),
        indent: readWhole(element.getAttribute('data-indent'), { from: 0, to: VERSE_INDENTS }) ?? 0,
      })),
    },
  ],
  toDOM: (node): DOMOutputSpec => [
    'div',
    written({ 'data-type': 'verse-line', 'data-block-id': node.attrs.id, 'data-indent': node.attrs.indent || null }),
    0,
  ],
};

const bulletList: NodeSpec = {
  group: 'block',
  content: 'listItem+',
  attrs: { id: blockId },
  parseDOM: [{ tag: 'ul', getAttrs: readsId }],
  toDOM: (node): DOMOutputSpec => ['ul', written({ 'data-block-id': node.attrs.id }), 0],
};

const orderedList: NodeSpec = {
  group: 'block',
  content: 'listItem+',
  attrs: { id: blockId, start: wholeNumber({ from: 0, to: LIST_START_LIMIT, fallback: 1 }) },
  parseDOM: [
    {
      tag: 'ol',
      getAttrs: reads((element) => ({
        id: readId(element),
        start: readWhole(element.getAttribute('start'), { from: 0, to: LIST_START_LIMIT }) ?? 1,
      })),
    },
  ],
  toDOM: (node): DOMOutputSpec => {
    const start = node.attrs.start === 1 ? null : node.attrs.start;
    return ['ol', written({ 'data-block-id': node.attrs.id, start }), 0];
  },
};

const listItem: NodeSpec = {
  content: 'paragraph block*',
  defining: true,
  attrs: { id: blockId },
  parseDOM: [{ tag: 'li', getAttrs: readsId }],
  toDOM: (node): DOMOutputSpec => ['li', written({ 'data-block-id': node.attrs.id }), 0],
};

const readImage = (figure: ParsedElement, image: ParsedElement | null) => {
  const fileId = image?.getAttribute('data-file-id');
  if (!image || !isFileId(fileId)) return false;
  const size = { from: 1, to: IMAGE_SIZE_LIMIT };
  return {
    id: readId(figure),
    fileId,
    alt: (image.getAttribute('alt') ?? '').slice(0, ALT_LIMIT),
    title: image.getAttribute('title')?.slice(0, TITLE_LIMIT) || null,
    width: readWhole(image.getAttribute('width'), size),
    height: readWhole(image.getAttribute('height'), size),
  };
};

const image: NodeSpec = {
  group: 'block',
  content: 'inline*',
  defining: true,
  isolating: true,
  attrs: {
    id: blockId,
    fileId: attribute({
      fallback: null,
      accepts: (value) => value === null || isFileId(value),
      expected: 'a file id (at most 64 letters, digits, - and _) or null',
    }),
    alt: textAttribute(ALT_LIMIT, ''),
    title: textAttribute(TITLE_LIMIT, null),
    width: wholeNumber({ from: 1, to: IMAGE_SIZE_LIMIT, fallback: null }),
    height: wholeNumber({ from: 1, to: IMAGE_SIZE_LIMIT, fallback: null }),
  },
  parseDOM: [
    {
      tag: 'figure',
      contentElement: 'figcaption',
      getAttrs: reads(
        (figure) => figure.querySelector('figcaption') !== null && readImage(figure, figure.querySelector('img')),
      ),
    },
    {
      tag: 'figure',
      contentElement: 'img',
      getAttrs: reads((figure) => readImage(figure, figure.querySelector('img'))),
    },
    { tag: 'img[data-file-id]', getAttrs: reads((element) => readImage(element, element)) },
  ],
  // Where a file lies is known to the editor's node view, not to the text: no src is written.
  toDOM: (node): DOMOutputSpec => {
    const { id, fileId, alt, title, width, height } = node.attrs;
    const picture = written({ 'data-file-id': fileId, alt, title, width, height });
    return ['figure', written({ 'data-block-id': id }), ['img', picture], ['figcaption', 0]];
  },
};

const codeBlock: NodeSpec = {
  group: 'block',
  content: 'text*',
  marks: '',
  code: true,
  defining: true,
  attrs: {
    id: blockId,
    language: attribute({
      fallback: null,
      accepts: (value) => value === null || (typeof value === 'string' && /^[\w+#.-]{1,40}$/.test(value)),
      expected: 'the short name of a programming language or null',
    }),
  },
  parseDOM: [
    {
      tag: 'pre',
      preserveWhitespace: 'full',
      getAttrs: reads((element) => {
        const language = element.getAttribute('data-language') ?? '';
        return { id: readId(element), language: /^[\w+#.-]{1,40}$/.test(language) ? language : null };
      }),
    },
  ],
  toDOM: (node): DOMOutputSpec => [
    'pre',
    written({ 'data-block-id': node.attrs.id, 'data-language': node.attrs.language }),
    ['code', 0],
  ],
};

const hardBreak: NodeSpec = {
  group: 'inline',
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  leafText: () => '\n',
  parseDOM: [{ tag: 'br' }],
  toDOM: (): DOMOutputSpec => ['br'],
};

const footnote: NodeSpec = {
  group: 'inline',
  inline: true,
  content: '(text | hardBreak)*',
  isolating: true,
  attrs: { id: blockId },
  parseDOM: [{ ...typeRule('footnote'), getAttrs: readsId }],
  toDOM: (node): DOMOutputSpec => [
    'span',
    written({ 'data-type': 'footnote', role: 'doc-footnote', 'data-block-id': node.attrs.id }),
    0,
  ],
};

/**
 * The nodes of a manuscript as ProseMirror specs. `id` is the stable identity of a block; list items, stanzas, lines of
 * verse and footnotes have one as well. All attributes are strings, numbers or null, and null is always the default,
 * because Yjs keeps no null.
 */
export const manuscriptNodes = {
  doc: { content: 'block+' },
  paragraph,
  heading,
  sceneBreak,
  blockquote,
  verse,
  stanza,
  verseLine,
  bulletList,
  orderedList,
  listItem,
  image,
  codeBlock,
  hardBreak,
  footnote,
  text: { group: 'inline' },
} as const satisfies Record<string, NodeSpec>;

export type ManuscriptNodeName = keyof typeof manuscriptNodes;
