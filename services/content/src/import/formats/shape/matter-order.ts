import type { ImportedNode } from '../../imported-book.ts';

type Matter = ImportedNode['matter'];

/**
 * Front matter stands before everything, back matter behind it: what claims to be either and stands in the midst of the
 * body belongs to it, so that no chapter ever changes its place.
 */
export const inOrder = (matters: readonly Matter[]): Matter[] => {
  const first = matters.indexOf('body');
  const last = matters.lastIndexOf('body');
  if (first < 0) return matters.map(() => 'body');
  return matters.map((matter, index) => {
    if (index < first) return 'front';
    return index > last ? 'back' : 'body';
  });
};

const withMatter = (node: ImportedNode, matter: Matter): ImportedNode =>
  node.matter === matter && node.kind === 'scene'
    ? node
    : { ...node, matter, children: node.children.map((child) => withMatter(child, matter)) };

/** The nodes of a book with front matter only before its body and back matter only behind it, in parts as well. */
export const settleMatters = (tree: readonly ImportedNode[]): ImportedNode[] => {
  const matters = inOrder(tree.map(({ matter }) => matter));
  return tree.map((node, index) => withMatter(node, node.kind === 'part' ? 'body' : (matters[index] ?? 'body')));
};
