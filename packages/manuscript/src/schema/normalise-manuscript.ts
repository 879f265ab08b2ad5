import { Fragment, Mark } from 'prosemirror-model';
import { isBlockId, newBlockId } from './block-id.ts';
import { cleanText } from './clean-text.ts';
import type { DocNode } from './manuscript-schema.ts';

const hasIdentity = (node: DocNode): boolean => node.type.spec.attrs?.id !== undefined;

/** A fresh id, or the node's own when no block before it has the same. */
const uniqueId = (node: DocNode, taken: Set<string>): string => {
  const own: unknown = node.attrs.id;
  let id = isBlockId(own) && !taken.has(own) ? own : newBlockId();
  while (taken.has(id)) id = newBlockId();
  taken.add(id);
  return id;
};

const normaliseText = (node: DocNode): DocNode | null => {
  const text = node.text ?? '';
  const clean = cleanText(text);
  if (clean === text) return node;
  return clean === '' ? null : node.type.schema.text(clean, node.marks);
};

const sameContent = (content: Fragment, children: readonly DocNode[]): boolean =>
  content.childCount === children.length && children.every((child, index) => child === content.child(index));

const normaliseNode = (node: DocNode, taken: Set<string>): DocNode | null => {
  if (node.isText) return normaliseText(node);
  const attributes = hasIdentity(node) ? { ...node.attrs, id: uniqueId(node, taken) } : node.attrs;
  const children: DocNode[] = [];
  node.forEach((child) => {
    const kept = normaliseNode(child, taken);
    if (kept) children.push(kept);
  });
  if (node.type.name === 'doc' && children.length === 0) {
    children.push(node.type.schema.node('paragraph', { id: uniqueId(node, taken) }));
  }
  const joined = Fragment.fromArray(children);
  const content = sameContent(node.content, children) && joined.eq(node.content) ? node.content : joined;
  if (content === node.content && attributes.id === node.attrs.id && node.marks.length === 0) return node;
  return node.type.create(attributes, content, Mark.none);
};

/**
 * The document as the house keeps it: every block (and list item, stanza, line of verse, footnote) has an id that no
 * other block of the document has, the first of several with one id keeps it; there is at least one paragraph; adjacent
 * text with the same marks is one text node; only text has marks (Yjs keeps none on hard breaks and footnotes);
 * characters that no book can hold are removed. What is in order already is returned unchanged, as the same object.
 */
export const normaliseManuscript = (doc: DocNode): DocNode => normaliseNode(doc, new Set()) ?? doc;
