import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { attachInstruction, extractInstruction } from '@atlaskit/pragmatic-drag-and-drop-hitbox/list-item';
import type { TreeNode } from '@authorworks/contracts';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type Place, placeOfDrop } from './tree.ts';

export type DropMark = 'before' | 'behind' | 'into';

interface RowDragOptions {
  readonly ref: RefObject<HTMLElement | null>;
  readonly root: TreeNode;
  readonly node: TreeNode;
  readonly expanded: boolean;
  readonly enabled: boolean;
  readonly onMove: (id: string, place: Place) => void;
}

const marks = { 'reorder-before': 'before', 'reorder-after': 'behind', combine: 'into' } as const;

const markOf = (data: Record<string | symbol, unknown>): DropMark | null => {
  const instruction = extractInstruction(data);
  return instruction && !instruction.blocked ? marks[instruction.operation] : null;
};

const operationsFor = ({ root, node, expanded }: RowDragOptions, moved: TreeNode) => {
  const availability = (where: DropMark) =>
    placeOfDrop(root, moved, { target: node.id, where }) ? ('available' as const) : ('not-available' as const);
  return {
    'reorder-before': availability('before'),
    // below the row of an open chapter comes its first scene, not the next chapter
    'reorder-after': expanded && node.children.length > 0 ? ('not-available' as const) : availability('behind'),
    combine: availability('into'),
  };
};

/** Makes a row of the tree movable, and a place to move others to. */
export const useRowDrag = (options: RowDragOptions): { dragging: boolean; mark: DropMark | null } => {
  const [dragging, setDragging] = useState(false);
  const [mark, setMark] = useState<DropMark | null>(null);
  const latest = useRef(options);
  latest.current = options;
  const { ref, enabled, node } = options;
  useEffect(() => {
    const element = ref.current;
    if (!element || !enabled) return undefined;
    return combine(
      draggable({
        element,
        getInitialData: () => ({ treeNode: latest.current.node, bookId: latest.current.root.id }),
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) =>
          source.data['bookId'] === latest.current.root.id && source.data['treeNode'] !== latest.current.node,
        getData: ({ input, source }) =>
          attachInstruction(
            {},
            { element, input, operations: operationsFor(latest.current, source.data['treeNode'] as TreeNode) },
          ),
        onDrag: ({ self }) => setMark(markOf(self.data)),
        onDragLeave: () => setMark(null),
        onDrop: ({ self, source }) => {
          setMark(null);
          const where = markOf(self.data);
          const moved = source.data['treeNode'] as TreeNode;
          const { root, onMove } = latest.current;
          const place = where && placeOfDrop(root, moved, { target: latest.current.node.id, where });
          if (place) onMove(moved.id, place);
        },
      }),
    );
  }, [ref, enabled, node.id]);
  return { dragging, mark };
};
