import type { TreeNode } from '@authorworks/contracts';
import { useCallback, useState } from 'react';
import { flatten, type Placed } from './tree.ts';

const keyOf = (bookId: string): string => `aw.closed.${bookId}`;

const readClosed = (bookId: string): ReadonlySet<string> => {
  try {
    return new Set(JSON.parse(localStorage.getItem(keyOf(bookId)) ?? '[]') as string[]);
  } catch {
    return new Set();
  }
};

/** Rows that are seen: those whose ancestors are all open. */
export const visibleRows = (root: TreeNode, closed: ReadonlySet<string>): Placed[] => {
  const hidden = new Set<string>();
  return flatten(root).filter(({ node, parent }) => {
    if (hidden.has(parent.id) || closed.has(parent.id)) hidden.add(node.id);
    return !hidden.has(node.id);
  });
};

/** Which parts and chapters are closed; remembered for each book in this browser. */
export const useClosed = (bookId: string) => {
  const [closed, setClosed] = useState(() => readClosed(bookId));
  const toggle = useCallback(
    (id: string, open?: boolean) =>
      setClosed((before) => {
        const next = new Set(before);
        if (open ?? before.has(id)) next.delete(id);
        else next.add(id);
        try {
          localStorage.setItem(keyOf(bookId), JSON.stringify([...next]));
        } catch {
          // not remembered then
        }
        return next;
      }),
    [bookId],
  );
  return { closed, toggle };
};
