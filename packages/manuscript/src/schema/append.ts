/** Adds items to a list one by one: `push(...items)` overflows the stack when a hostile source has enough of them. */
export const append = <T>(list: T[], items: readonly T[]): void => {
  for (const item of items) list.push(item);
};
