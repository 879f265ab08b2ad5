import type { NodeKind } from '@authorworks/contracts';

/** Parts, chapters and scenes that a book can have outside of the bin. */
export const NODE_LIMIT = 5_000;

/** From the outside in. A node only holds what is further in, so no node can ever come to lie within itself. */
const DEPTH: Readonly<Record<'book' | NodeKind, number>> = { book: 0, part: 1, chapter: 2, scene: 3 };

/** Whether a node can stand directly in a parent: parts in the book, chapters in those or the book, scenes in any. */
export const mayHold = (parent: 'book' | NodeKind, child: NodeKind): boolean => DEPTH[parent] < DEPTH[child];
