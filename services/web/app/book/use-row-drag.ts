import type { TreeNode } from '@authorworks/contracts';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { later } from '../ui/later.ts';
import type { Place } from './tree.ts';

export type DropMark = 'before' | 'behind' | 'into';

export interface RowDragOptions {
  readonly ref: RefObject<HTMLElement | null>;
  readonly root: TreeNode;
  readonly node: TreeNode;
  readonly expanded: boolean;
  readonly enabled: boolean;
  readonly onMove: (id: string, place: Place) => void;
}

/** Rows can be looked at and opened before they can be moved. */
const rowDrag = later(async () => await import('./row-drag.ts'));

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
    let isGone = false;
    let detach: (() => void) | undefined;
    rowDrag.fetch().then(
      ({ attachRowDrag }) => {
        if (!isGone) detach = attachRowDrag(element, { latest: () => latest.current, setDragging, setMark });
      },
      () => undefined, // the menu and the keys move as well
    );
    return () => {
      isGone = true;
      detach?.();
    };
  }, [ref, enabled, node.id]);
  return { dragging, mark };
};
