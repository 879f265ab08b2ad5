import { useEffect, useRef, useState } from 'react';
import { blockElement, blockIdOf, blocksIn, firstBelow } from './place.ts';
import { clamp, type Reading, type ReadingOptions } from './reading.ts';

/** Below the bar at the top: what lies above is not being read. */
const TOP_PX = 72;
/** Lines that stay in sight when one goes on by a screen. */
const KEPT_PX = 96;

const withinOf = (text: HTMLElement): number => {
  const { top, bottom, height } = text.getBoundingClientRect();
  if (bottom <= innerHeight) return 1;
  const hidden = TOP_PX - top;
  return clamp(hidden / Math.max(1, height - (innerHeight - TOP_PX)));
};

const scrollToStart = (text: HTMLElement, start: ReadingOptions['start']): void => {
  const block = typeof start === 'object' ? blockElement(text, start.blockId) : null;
  if (block) scrollTo(0, block.getBoundingClientRect().top + scrollY - TOP_PX);
  else if (start === 'end') scrollTo(0, text.getBoundingClientRect().bottom + scrollY - innerHeight + KEPT_PX);
  else scrollTo(0, 0);
};

/** Reading by scrolling. */
export const useScrollReading = (options: ReadingOptions): Reading => {
  const { enabled, layout } = options;
  const [within, setWithin] = useState(0);
  const latest = useRef(options);
  latest.current = options;
  const place = useRef<string | null>(null);

  useEffect(() => {
    const text = latest.current.text.current;
    if (!enabled || !text) return undefined;
    const blocks = blocksIn(text);
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const block = blocks[firstBelow(blocks, (one) => one.getBoundingClientRect().bottom < TOP_PX + 4)];
      place.current = blockIdOf(block);
      const now = withinOf(text);
      setWithin(now);
      latest.current.onMove(place.current, now);
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    scrollToStart(text, latest.current.start);
    let touched = false;
    const touch = (): void => void (touched = true);
    for (const type of ['wheel', 'touchmove', 'keydown']) addEventListener(type, touch, { passive: true, once: true });
    // letters change their widths when the fonts arrive; whoever has begun to scroll is left alone
    void document.fonts.ready.then(() => {
      if (!touched && latest.current.text.current === text) scrollToStart(text, latest.current.start);
    });
    addEventListener('scroll', schedule, { passive: true });
    schedule();
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', schedule);
      for (const type of ['wheel', 'touchmove', 'keydown']) removeEventListener(type, touch);
    };
  }, [enabled, options.text, layout]);

  const step = (sign: 1 | -1): boolean => {
    const before = scrollY;
    const room = document.documentElement.scrollHeight - innerHeight;
    if (sign === 1 ? before >= room - 2 : before <= 2) return false;
    scrollBy({ top: sign * (innerHeight - TOP_PX - KEPT_PX), behavior: 'smooth' });
    return true;
  };
  return { within, page: 0, pages: 1, forward: () => step(1), backward: () => step(-1) };
};
