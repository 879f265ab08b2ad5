/** How often each pair of letters occurs: what two versions of a sentence share even when words changed. */
export interface Shape {
  readonly pairs: ReadonlyMap<number, number>;
  readonly size: number;
}

/** Longer texts are compared by so much of their start: enough to know them again. */
const COMPARED = 2_000;

export const shapeOf = (text: string): Shape => {
  const letters = text.slice(0, COMPARED).toLowerCase();
  const pairs = new Map<number, number>();
  for (let index = 0; index + 1 < letters.length; index++) {
    const pair = letters.charCodeAt(index) * 0x10000 + letters.charCodeAt(index + 1);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return { pairs, size: Math.max(0, letters.length - 1) };
};

/** Sørensen–Dice coefficient of the pairs of letters: 0 for nothing in common, 1 for the same. */
export const similarity = (one: Shape, other: Shape): number => {
  if (one.size === 0 || other.size === 0) return one.size === other.size ? 1 : 0;
  const [small, large] = one.pairs.size <= other.pairs.size ? [one, other] : [other, one];
  let shared = 0;
  for (const [pair, count] of small.pairs) shared += Math.min(count, large.pairs.get(pair) ?? 0);
  return (2 * shared) / (one.size + other.size);
};

export interface Pairing {
  /** Pairs of indexes into the first and the second list, increasing in both. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** Tables of at most so many cells are filled; beyond, each text is compared with its next few neighbours only. */
const CELLS = 1_024;
const NEIGHBOURS = 6;

/** Finds the pairs in order that are most similar in total; by a table. */
const alignExactly = (before: readonly Shape[], after: readonly Shape[], least: number): Pairing => {
  const width = after.length + 1;
  const best = new Float64Array((before.length + 1) * width);
  const alike = new Float64Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      const here = row * width + column;
      const one = before[row];
      const other = after[column];
      const likeness = one && other ? similarity(one, other) : 0;
      alike[here] = likeness >= least ? likeness : 0;
      const paired = (alike[here] ?? 0) > 0 ? (alike[here] ?? 0) + (best[here + width + 1] ?? 0) : 0;
      best[here] = Math.max(paired, best[here + width] ?? 0, best[here + 1] ?? 0);
    }
  }
  const pairs: [number, number][] = [];
  for (let row = 0, column = 0; row < before.length && column < after.length; ) {
    const here = row * width + column;
    const gain = (alike[here] ?? 0) + (best[here + width + 1] ?? 0);
    if ((alike[here] ?? 0) > 0 && gain === best[here]) {
      pairs.push([row, column]);
      row += 1;
      column += 1;
    } else if (best[here + width] === best[here]) row += 1;
    else column += 1;
  }
  return { pairs };
};

/** Pairs each text with the most similar of its next few neighbours; linear. */
const alignNearby = (before: readonly Shape[], after: readonly Shape[], least: number): Pairing => {
  const pairs: [number, number][] = [];
  let from = 0;
  for (const [index, shape] of after.entries()) {
    let found = -1;
    let likeness = least;
    for (let candidate = from; candidate < Math.min(before.length, from + NEIGHBOURS); candidate++) {
      const one = before[candidate];
      const here = one ? similarity(one, shape) : 0;
      if (here > likeness || (found < 0 && here >= least)) {
        likeness = here;
        found = candidate;
      }
    }
    if (found >= 0) {
      pairs.push([found, index]);
      from = found + 1;
    }
    // Without a match both lists go on side by side, in proportion to their lengths.
    else if (index * before.length > (from + NEIGHBOURS) * after.length) from += 1;
  }
  return { pairs };
};

/** Pairs similar texts of two lists without changing their order. `least`: how similar two must be (0 to 1). */
export const alignSimilar = (before: readonly string[], after: readonly string[], least: number): Pairing => {
  if (before.length === 0 || after.length === 0) return { pairs: [] };
  const old = before.map(shapeOf);
  const current = after.map(shapeOf);
  const isSmall = before.length * after.length <= CELLS;
  return isSmall ? alignExactly(old, current, least) : alignNearby(old, current, least);
};
