import type { TreeNode } from '@authorworks/contracts';

/** A node with its place in the book. */
export interface Placed {
  readonly node: TreeNode;
  readonly parent: TreeNode;
  /** Position among its siblings. */
  readonly index: number;
  /** 0 for what stands directly in the book. */
  readonly depth: number;
}

/** All nodes below the root in reading order. */
export const flatten = (root: TreeNode): Placed[] => {
  const all: Placed[] = [];
  const walk = (parent: TreeNode, depth: number): void => {
    for (const [index, node] of parent.children.entries()) {
      all.push({ node, parent, index, depth });
      walk(node, depth + 1);
    }
  };
  walk(root, 0);
  return all;
};

export const findNode = (root: TreeNode, id: string): Placed | undefined =>
  flatten(root).find(({ node }) => node.id === id);

/** Scenes in the order in which they are read. */
export const scenesOf = (root: TreeNode): TreeNode[] =>
  flatten(root)
    .map(({ node }) => node)
    .filter(({ kind }) => kind === 'scene');

/** The chapter that a node stands in (or is), if any. */
export const chapterOf = (root: TreeNode, id: string): TreeNode | undefined => {
  let found = findNode(root, id);
  while (found && found.node.kind !== 'chapter') {
    const { parent } = found;
    found = parent.kind === 'book' ? undefined : findNode(root, parent.id);
  }
  return found?.node;
};

/** The scene that was changed last; the last of those that changed at once, as after an import. */
export const lastChangedScene = (root: TreeNode): TreeNode | undefined =>
  scenesOf(root).reduce<TreeNode | undefined>(
    (latest, scene) => (!latest || scene.updatedAt >= latest.updatedAt ? scene : latest),
    undefined,
  );

export interface NodeNames {
  readonly untitledPart: (number: number) => string;
  readonly untitledChapter: (number: number) => string;
  readonly untitledScene: (number: number) => string;
  readonly untitledMatter: { readonly front: string; readonly back: string };
}

/**
 * What each node is called: its title, or its number. Chapters of the body are counted through the whole book, scenes
 * within their chapter; front and back matter has no numbers.
 */
export const namesOf = (root: TreeNode, words: NodeNames): ReadonlyMap<string, string> => {
  const names = new Map<string, string>([[root.id, root.title]]);
  let parts = 0;
  let chapters = 0;
  for (const { node, parent } of flatten(root)) {
    if (node.kind === 'part') parts += 1;
    if (node.kind === 'chapter' && node.matter === 'body') chapters += 1;
    const sceneNumber = parent.children.filter(({ kind }) => kind === 'scene').indexOf(node) + 1;
    const untitled = {
      book: '',
      part: words.untitledPart(parts),
      chapter: node.matter === 'body' ? words.untitledChapter(chapters) : words.untitledMatter[node.matter],
      scene: words.untitledScene(sceneNumber),
    }[node.kind];
    names.set(node.id, node.title.trim() || untitled);
  }
  return names;
};

const DEPTH = { book: 0, part: 1, chapter: 2, scene: 3 } as const;

/** Whether a node can stand in a parent: parts in the book, chapters in those or the book, scenes in any. */
export const mayHold = (parent: TreeNode['kind'], child: TreeNode['kind']): boolean => DEPTH[parent] < DEPTH[child];

/** A new place: behind `afterId` (null: first) in a parent. */
export interface Place {
  readonly parentId: string;
  readonly afterId: string | null;
}

const isWithin = (node: TreeNode, id: string): boolean =>
  node.id === id || node.children.some((child) => isWithin(child, id));

/** Where a node goes when it is dropped on another; undefined where that cannot be. */
export const placeOfDrop = (
  root: TreeNode,
  moved: TreeNode,
  { target, where }: { readonly target: string; readonly where: 'before' | 'behind' | 'into' },
): Place | undefined => {
  const found = findNode(root, target);
  if (!found || isWithin(moved, target)) return undefined;
  if (where === 'into') {
    if (!mayHold(found.node.kind, moved.kind)) return undefined;
    return {
      parentId: found.node.id,
      afterId: found.node.children.findLast(({ id }) => id !== moved.id)?.id ?? null,
    };
  }
  if (!mayHold(found.parent.kind, moved.kind)) return undefined;
  const siblings = found.parent.children.filter(({ id }) => id !== moved.id);
  const index = siblings.findIndex(({ id }) => id === target);
  return {
    parentId: found.parent.id,
    afterId: (where === 'before' ? siblings[index - 1] : siblings[index])?.id ?? null,
  };
};

/** Where a step by the keyboard leads: over a sibling, or at the edge into the neighbouring parent. */
export const placeOfStep = (root: TreeNode, id: string, step: 'up' | 'down' | 'out' | 'in'): Place | undefined => {
  const found = findNode(root, id);
  if (!found) return undefined;
  const { node, parent, index } = found;
  const siblings = parent.children;
  if (step === 'out') {
    const outer = findNode(root, parent.id);
    return outer && mayHold(outer.parent.kind, node.kind)
      ? { parentId: outer.parent.id, afterId: parent.id }
      : undefined;
  }
  if (step === 'in') {
    const before = siblings[index - 1];
    return before && mayHold(before.kind, node.kind)
      ? { parentId: before.id, afterId: before.children.at(-1)?.id ?? null }
      : undefined;
  }
  if (step === 'up' && index > 0) return { parentId: parent.id, afterId: siblings[index - 2]?.id ?? null };
  if (step === 'down' && index < siblings.length - 1)
    return { parentId: parent.id, afterId: siblings[index + 1]?.id ?? null };
  return placeBeyondEdge(root, found, step);
};

const placeBeyondEdge = (root: TreeNode, { node, parent }: Placed, step: 'up' | 'down'): Place | undefined => {
  const holders = [root, ...flatten(root).map((placed) => placed.node)].filter(
    (holder) => holder.kind === parent.kind && mayHold(holder.kind, node.kind),
  );
  const next = holders[holders.indexOf(parent) + (step === 'up' ? -1 : 1)];
  if (!next) return undefined;
  return { parentId: next.id, afterId: step === 'up' ? (next.children.at(-1)?.id ?? null) : null };
};

/** The tree as it is after a move, for showing it before the server has answered. */
export const moveInTree = (root: TreeNode, id: string, place: Place): TreeNode => {
  const moved = findNode(root, id)?.node;
  if (!moved) return root;
  const without = (node: TreeNode): TreeNode => ({
    ...node,
    children: node.children.filter((child) => child.id !== id).map(without),
  });
  const put = (node: TreeNode): TreeNode => {
    const children = node.children.map(put);
    if (node.id !== place.parentId) return { ...node, children };
    const at = place.afterId === null ? 0 : children.findIndex((child) => child.id === place.afterId) + 1;
    return { ...node, children: children.toSpliced(at, 0, moved) };
  };
  return put(without(root));
};

/** The tree with one node changed, or without it when `change` returns null. */
export const changeInTree = (root: TreeNode, id: string, change: (node: TreeNode) => TreeNode | null): TreeNode => ({
  ...root,
  children: root.children.flatMap((child) => {
    const next = child.id === id ? change(child) : child;
    return next ? [changeInTree(next, id, change)] : [];
  }),
});
