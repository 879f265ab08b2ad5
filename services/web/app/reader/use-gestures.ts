import { type RefObject, useEffect, useRef } from 'react';

interface Gestures {
  readonly forward: () => void;
  readonly backward: () => void;
  /** A tap or click into the middle. */
  readonly onMiddle: () => void;
  /** Whether taps at the edges turn the page. */
  readonly edges: boolean;
  readonly keys: Readonly<Record<string, () => void>>;
}

const SWIPE_PX = 56;
const EDGE_SHARE = 0.22;

const isControl = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('a, button, input, select, textarea, summary, dialog, [popover]') !== null;

/** Swiping, tapping at the edges, and keys. */
export const useGestures = (area: RefObject<HTMLElement | null>, gestures: Gestures): void => {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    let from: { x: number; y: number } | null = null;
    const isRtl = (): boolean => document.documentElement.dir === 'rtl';
    element.addEventListener(
      'touchstart',
      ({ touches }) => {
        const [touch] = touches;
        from = touches.length === 1 && touch ? { x: touch.clientX, y: touch.clientY } : null;
      },
      { signal, passive: true },
    );
    element.addEventListener(
      'touchend',
      ({ changedTouches }) => {
        const [touch] = changedTouches;
        if (!from || !touch || !getSelection()?.isCollapsed) return;
        const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
        if (Math.abs(dx) < SWIPE_PX || Math.abs(dx) < Math.abs(dy) * 2) return;
        if (dx < 0 === !isRtl()) latest.current.forward();
        else latest.current.backward();
      },
      { signal, passive: true },
    );
    element.addEventListener(
      'click',
      (event) => {
        if (isControl(event.target) || !getSelection()?.isCollapsed) return;
        const share = event.clientX / innerWidth;
        const { edges, forward, backward, onMiddle } = latest.current;
        if (edges && share < EDGE_SHARE) (isRtl() ? forward : backward)();
        else if (edges && share > 1 - EDGE_SHARE) (isRtl() ? backward : forward)();
        else onMiddle();
      },
      { signal },
    );
    addEventListener(
      'keydown',
      (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.target instanceof Element && event.target.closest('dialog, input, select, textarea')) return;
        const action = latest.current.keys[event.key];
        if (!action || (event.key === ' ' && isControl(event.target))) return;
        event.preventDefault();
        action();
      },
      { signal },
    );
    return () => stop.abort();
  }, [area]);
};
