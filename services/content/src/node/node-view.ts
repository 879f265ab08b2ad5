import type { ManuscriptNode, TreeNode } from '@authorworks/contracts';
import type { z } from 'zod';
import type { NodeRow, TreeRow } from './node-store.ts';

type NodeView = z.input<typeof ManuscriptNode>;

/** @param wordCount Of the node and all below it. */
export const viewNode = (row: NodeRow, wordCount: number): NodeView => ({
  id: row.id,
  bookId: row.bookId,
  parentId: row.parentId,
  kind: row.kind as NodeView['kind'],
  title: row.title,
  matter: row.matter as NodeView['matter'],
  synopsis: row.synopsis,
  status: row.status as NodeView['status'],
  wordCount,
  updatedAt: row.updatedAt.toISOString(),
});

/** The tree of a book, nested; a node's words are those of all below it. */
export const viewTree = (
  book: { readonly id: string; readonly title: string; readonly updatedAt: Date },
  rows: readonly TreeRow[],
): TreeNode => {
  const root: TreeNode = {
    id: book.id,
    kind: 'book',
    title: book.title,
    matter: 'body',
    synopsis: '',
    status: 'draft',
    wordCount: 0,
    updatedAt: book.updatedAt.toISOString(),
    children: [],
  };
  const byId = new Map<string, TreeNode>();
  for (const { id, kind, title, matter, synopsis, status, wordCount, updatedAt } of rows)
    byId.set(id, {
      id,
      kind,
      title,
      matter,
      synopsis,
      status,
      wordCount,
      updatedAt: updatedAt.toISOString(),
      children: [],
    });
  for (const { id, parentId } of rows) {
    const node = byId.get(id);
    const parent = parentId === null ? root : byId.get(parentId);
    if (node && parent) parent.children.push(node);
  }
  sumWords(root);
  return root;
};

const sumWords = (node: TreeNode): number => {
  for (const child of node.children) node.wordCount += sumWords(child);
  return node.wordCount;
};
