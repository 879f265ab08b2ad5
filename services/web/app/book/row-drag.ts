import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { attachInstruction, extractInstruction } from '@atlaskit/pragmatic-drag-and-drop-hitbox/list-item';
import type { TreeNode } from '@authorworks/contracts';
import { placeOfDrop } from './tree.ts';
import type { DropMark, RowDragOptions } from './use-row-drag.ts';

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

export interface RowDrag {
  readonly latest: () => RowDragOptions;
  readonly setDragging: (dragging: boolean) => void;
  readonly setMark: (mark: DropMark | null) => void;
}

/** Makes an element movable, and a place to move others to. @returns what ends it */
export const attachRowDrag = (element: HTMLElement, { latest, setDragging, setMark }: RowDrag): (() => void) =>
  combine(
    draggable({
      element,
      getInitialData: () => ({ treeNode: latest().node, bookId: latest().root.id }),
      onDragStart: () => setDragging(true),
      onDrop: () => setDragging(false),
    }),
    dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data['bookId'] === latest().root.id && source.data['treeNode'] !== latest().node,
      getData: ({ input, source }) =>
        attachInstruction(
          {},
          { element, input, operations: operationsFor(latest(), source.data['treeNode'] as TreeNode) },
        ),
      onDrag: ({ self }) => setMark(markOf(self.data)),
      onDragLeave: () => setMark(null),
      onDrop: ({ self, source }) => {
        setMark(null);
        const where = markOf(self.data);
        const moved = source.data['treeNode'] as TreeNode;
        const { root, node, onMove } = latest();
        const place = where && placeOfDrop(root, moved, { target: node.id, where });
        if (place) onMove(moved.id, place);
      },
    }),
  );
