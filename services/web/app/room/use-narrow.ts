import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 64rem)');

export const isNarrow = (): boolean => narrow.matches;

/** Whether panels have no room beside the text and come as sheets. */
export const useNarrow = (): boolean =>
  useSyncExternalStore((listener) => {
    narrow.addEventListener('change', listener);
    return () => narrow.removeEventListener('change', listener);
  }, isNarrow);
