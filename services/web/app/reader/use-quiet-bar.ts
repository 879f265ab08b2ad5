import { useCallback, useEffect, useState } from 'react';

const MOVED_PX = 12;

/** The bar goes when one reads on and comes when one goes back, or taps into the middle. */
export const useQuietBar = (paged: boolean): { isHidden: boolean; toggle: () => void } => {
  const [isHidden, setHidden] = useState(false);
  useEffect(() => {
    if (paged) return undefined;
    let last = scrollY;
    const onScroll = (): void => {
      if (Math.abs(scrollY - last) < MOVED_PX) return;
      setHidden(scrollY > last && scrollY > 120);
      last = scrollY;
    };
    addEventListener('scroll', onScroll, { passive: true });
    return () => removeEventListener('scroll', onScroll);
  }, [paged]);
  return { isHidden, toggle: useCallback(() => setHidden((hidden) => !hidden), []) };
};
