/**
 * The longest increasing subsequence, as indexes into the list: what kept its order while other things were moved
 * around it. O(n log n).
 */
export const longestIncreasing = (values: readonly number[]): number[] => {
  /** tails[k]: index of the smallest value that ends an increasing run of length k + 1. */
  const tails: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const run: number[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) run.push(index);
  return run.reverse();
};
