import type { SourceElement } from '@authorworks/manuscript/xhtml';

interface Neighbours {
  readonly previous: SourceElement | null;
  readonly isLast: boolean;
}

/** Looked up once for all children of a parent, because there may be a million of them. */
const known = new WeakMap<SourceElement, ReadonlyMap<SourceElement, Neighbours>>();

const NONE: Neighbours = { previous: null, isLast: true };

/** What stands beside an element among the children of its parent, text aside. */
export const neighboursOf = (element: SourceElement): Neighbours => {
  const { parent } = element;
  if (!parent) return NONE;
  let neighbours = known.get(parent);
  if (!neighbours) {
    const siblings = parent.children.filter((child) => typeof child !== 'string');
    const last = siblings.at(-1);
    neighbours = new Map(
      siblings.map((child, index) => [child, { previous: siblings[index - 1] ?? null, isLast: child === last }]),
    );
    known.set(parent, neighbours);
  }
  return neighbours.get(element) ?? NONE;
};
