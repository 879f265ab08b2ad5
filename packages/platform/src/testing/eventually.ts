/**
 * Repeats `look` until it passes, for things that happen soon. Fails with the last failure after `withinMs`, which is a
 * bound for a broken system, not a measurement.
 */
export const eventually = async <T>(look: () => Promise<T> | T, withinMs = 20_000): Promise<T> => {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
};
