import { useEffect, useRef, useState } from 'react';
import type { Later } from './later.ts';

/**
 * A part that is shown as soon as it is here; undefined until then.
 * @param wanted whether it is called now
 * @param onProblem hears that it could not be fetched
 */
export const useLater = <T>(part: Later<T>, wanted: boolean, onProblem?: () => void): T | undefined => {
  const [, setHere] = useState(part.now !== undefined);
  const latest = useRef(onProblem);
  latest.current = onProblem;
  useEffect(() => {
    if (!wanted || part.now !== undefined) return undefined;
    let isGone = false;
    part.fetch().then(
      () => !isGone && setHere(true),
      () => !isGone && latest.current?.(),
    );
    return () => void (isGone = true);
  }, [part, wanted]);
  return part.now;
};
