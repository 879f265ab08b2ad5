import { type RefObject, useEffect } from 'react';

/** Marks the room while somebody types, so that its controls step back; the mouse brings them forth. */
export const useTyping = (room: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    const set = (typing: boolean): void => {
      if (element.dataset['typing'] !== String(typing)) element.dataset['typing'] = String(typing);
    };
    element.addEventListener(
      'beforeinput',
      (event) => set(event.target instanceof Element && event.target.closest('.aw-manuscript') !== null),
      { signal, passive: true },
    );
    element.addEventListener('pointermove', () => set(false), { signal, passive: true });
    element.addEventListener(
      'focusin',
      (event) => event.target instanceof Element && !event.target.closest('.aw-manuscript') && set(false),
      { signal },
    );
    return () => stop.abort();
  }, [room]);
};
