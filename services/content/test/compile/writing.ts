import {
  type DocNode,
  type ManuscriptMarkName,
  manuscriptSchema,
  normaliseManuscript,
} from '@authorworks/manuscript/schema';
import type { CompilableBook, CompilableNode } from '../../src/compile/compilable-book.ts';
import type { ImportedNode } from '../../src/import/imported-book.ts';

const { nodes } = manuscriptSchema;

/** Short ways to write texts and books in tests. */
export const text = (value: string, ...names: ManuscriptMarkName[]): DocNode =>
  manuscriptSchema.text(
    value,
    names.map((name) => manuscriptSchema.mark(name)),
  );
export const marked = (value: string, name: ManuscriptMarkName, attributes: Record<string, unknown>): DocNode =>
  manuscriptSchema.text(value, [manuscriptSchema.mark(name, attributes)]);

type Content = string | DocNode;
const inlines = (content: readonly Content[]): DocNode[] =>
  content.filter((part) => part !== '').map((part) => (typeof part === 'string' ? manuscriptSchema.text(part) : part));

export const p = (...content: Content[]): DocNode => nodes.paragraph.create(null, inlines(content));
export const aligned = (align: string, ...content: Content[]): DocNode =>
  nodes.paragraph.create({ align }, inlines(content));
export const h = (level: number, ...content: Content[]): DocNode => nodes.heading.create({ level }, inlines(content));
export const quote = (kind: string, ...content: DocNode[]): DocNode => nodes.blockquote.create({ kind }, content);
export const br = (): DocNode => nodes.hardBreak.create();
export const fn = (...content: Content[]): DocNode => nodes.footnote.create(null, inlines(content));
export const sceneBreak = (): DocNode => nodes.sceneBreak.create();
export const line = (value: string, indent = 0): DocNode => nodes.verseLine.create({ indent }, inlines([value]));
export const verse = (...stanzas: DocNode[][]): DocNode =>
  nodes.verse.create(
    null,
    stanzas.map((lines) => nodes.stanza.create(null, lines)),
  );
export const li = (...content: DocNode[]): DocNode => nodes.listItem.create(null, content);
export const ul = (...items: DocNode[]): DocNode => nodes.bulletList.create(null, items);
export const ol = (start: number, ...items: DocNode[]): DocNode => nodes.orderedList.create({ start }, items);
export const image = (attributes: Record<string, unknown>, ...caption: Content[]): DocNode =>
  nodes.image.create(attributes, inlines(caption));
export const code = (value: string, language: string | null = null): DocNode =>
  nodes.codeBlock.create({ language }, inlines([value]));

/** A document whose blocks all have ids. */
export const doc = (...content: DocNode[]): DocNode => normaliseManuscript(nodes.doc.create(null, content));

const idOf = (count: number): string => `0193a6b4-0000-7000-8000-${String(count).padStart(12, '0')}`;

/** A node of a tree as a test writes it. */
export interface Sketch {
  readonly kind: 'part' | 'chapter' | 'scene';
  readonly title?: string;
  readonly matter?: 'front' | 'body' | 'back';
  readonly doc?: DocNode | null;
  readonly children?: readonly Sketch[];
}

export const scene = (...content: DocNode[]): Sketch => ({ kind: 'scene', doc: doc(...content) });
export const chapter = (title: string, ...children: Sketch[]): Sketch => ({ kind: 'chapter', title, children });
export const part = (title: string, ...children: Sketch[]): Sketch => ({ kind: 'part', title, children });

/** A book as the compilers get it; ids are counted, so that the same sketch is the same book. */
export const bookOf = (
  sketches: readonly (Sketch | ImportedNode)[],
  fields: Partial<CompilableBook> = {},
): CompilableBook => {
  const rows: CompilableNode[] = [];
  const walk = (children: readonly (Sketch | ImportedNode)[], parentId: string | null): void => {
    for (const { kind, title = '', matter = 'body', doc: own = null, children: below = [] } of children) {
      const id = idOf(rows.length + 1);
      rows.push({ id, parentId, kind, title, matter, wordCount: 0, doc: own ? JSON.stringify(own.toJSON()) : null });
      walk(below, id);
    }
  };
  walk(sketches, null);
  return {
    bookId: idOf(0),
    title: 'The Tide Clerk',
    subtitle: '',
    authorName: 'Maud Ferrier',
    description: '',
    language: 'en',
    edition: null,
    changedAt: '2026-11-22T10:20:30.456Z',
    nodes: rows,
    images: [],
    coverFileId: null,
    ...fields,
  };
};
