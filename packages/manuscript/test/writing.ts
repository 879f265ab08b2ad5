import { type DocNode, type ManuscriptMarkName, manuscriptSchema, normaliseManuscript } from '../src/schema/index.ts';

const { nodes } = manuscriptSchema;

/** Short ways to write documents in tests. */
export const text = (value: string, ...names: ManuscriptMarkName[]): DocNode =>
  manuscriptSchema.text(
    value,
    names.map((name) => manuscriptSchema.mark(name)),
  );

type Content = string | DocNode;

const inlines = (content: readonly Content[]): DocNode[] =>
  content.filter((part) => part !== '').map((part) => (typeof part === 'string' ? manuscriptSchema.text(part) : part));

export const p = (...content: Content[]): DocNode => nodes.paragraph.create(null, inlines(content));
export const h = (level: number, ...content: Content[]): DocNode => nodes.heading.create({ level }, inlines(content));
export const quote = (...content: DocNode[]): DocNode => nodes.blockquote.create(null, content);
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

export const idOf = (node: DocNode | null | undefined): string => String(node?.attrs.id);

/** The blocks at the top, each as one line: what a test expects at a glance. */
export const outline = (document: DocNode): string[] => {
  const lines: string[] = [];
  document.forEach((node) => lines.push(node.toString().replaceAll('"', "'")));
  return lines;
};
