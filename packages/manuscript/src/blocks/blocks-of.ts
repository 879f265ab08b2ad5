import type { DocNode } from '../schema/manuscript-schema.ts';

/** A block of a document and where it stands. */
export interface Block {
  /** `null` for a block that was never given an id; `normaliseManuscript` gives one to all. */
  readonly id: string | null;
  readonly node: DocNode;
  /** ProseMirror position before the block. */
  readonly pos: number;
  /** The container that it stands in; `null` at the top of the document. */
  readonly parent: Block | null;
  /** Place among the children of its parent. */
  readonly index: number;
}

/** Whether a block holds other blocks: then its text is theirs. */
export const isContainer = (node: DocNode): boolean => !node.inlineContent && !node.isAtom && !node.isLeaf;

/**
 * All blocks in the order of the document, containers before what they hold: paragraphs, headings, quotes, lists and
 * their items, verse and its lines, … Footnotes belong to the block that they stand in.
 */
export const blocksOf = (doc: DocNode): Block[] => {
  const blocks: Block[] = [];
  const visit = (parent: Block | null, container: DocNode, start: number): void => {
    container.forEach((node, offset, index) => {
      const id: unknown = node.attrs.id;
      const block = { id: typeof id === 'string' ? id : null, node, pos: start + offset, parent, index };
      blocks.push(block);
      if (isContainer(node)) visit(block, node, block.pos + 1);
    });
  };
  visit(null, doc, 0);
  return blocks;
};

/** The block with an id; `null` when there is none. */
export const findBlock = (doc: DocNode, id: string): Block | null =>
  blocksOf(doc).find((block) => block.id === id) ?? null;
