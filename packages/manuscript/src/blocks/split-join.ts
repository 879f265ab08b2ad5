import { Fragment } from 'prosemirror-model';
import { newBlockId } from '../schema/block-id.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { normaliseManuscript } from '../schema/normalise-manuscript.ts';
import { findBlock } from './blocks-of.ts';

export interface SplitManuscript {
  readonly first: DocNode;
  /** Begins with the block. */
  readonly second: DocNode;
}

const slice = (node: DocNode, from: number, to: number): DocNode[] => {
  const children: DocNode[] = [];
  for (let index = from; index < to; index++) children.push(node.child(index));
  return children;
};

/** Both parts of a container that is cut before the child on the way down to the block. */
const cut = (node: DocNode, path: readonly number[]): { first: DocNode | null; second: DocNode } => {
  const [index = 0, ...rest] = path;
  const child = node.child(index);
  const inner = rest.length > 0 ? cut(child, rest) : { first: null, second: child };
  const before = [...slice(node, 0, index), ...(inner.first ? [inner.first] : [])];
  const after = [inner.second, ...slice(node, index + 1, node.childCount)];
  const first = before.length > 0 ? node.copy(Fragment.fromArray(before)) : null;
  // A container that was cut in two is a new one from here on; one that moves as a whole stays itself.
  const hasId = first !== null && node.type.spec.attrs?.id !== undefined;
  const attributes = hasId ? { ...node.attrs, id: newBlockId() } : node.attrs;
  // Filled, because a list item must begin with a paragraph.
  const second = node.type.createAndFill(attributes, Fragment.fromArray(after));
  return { first, second: second ?? node.type.create(attributes, Fragment.fromArray(after)) };
};

const orEmpty = (doc: DocNode, part: DocNode | null): DocNode =>
  normaliseManuscript(part ?? doc.type.create(null, doc.type.schema.node('paragraph')));

/**
 * Makes two documents of one: the block with this id and everything behind it is the second. Within a quote, verse or
 * list the container is cut as well; its second part has a new id. Blocks keep their ids. `null`: there is no such block.
 */
export const splitManuscript = (doc: DocNode, blockId: string): SplitManuscript | null => {
  const block = findBlock(doc, blockId);
  if (!block) return null;
  const path: number[] = [];
  for (let here: typeof block | null = block; here; here = here.parent) path.unshift(here.index);
  const { first, second } = cut(doc, path);
  return { first: orEmpty(doc, first), second: orEmpty(doc, second) };
};

const isEmpty = (doc: DocNode): boolean =>
  doc.childCount === 1 && doc.firstChild?.type.name === 'paragraph' && doc.firstChild.childCount === 0;

/**
 * Makes one document of two of the same schema. An empty one adds nothing; blocks of the second whose ids the first has
 * already get new ones.
 */
export const joinManuscripts = (first: DocNode, second: DocNode): DocNode => {
  if (isEmpty(second)) return normaliseManuscript(first);
  if (isEmpty(first)) return normaliseManuscript(second);
  return normaliseManuscript(first.copy(first.content.append(second.content)));
};
