import { useEffect, useRef } from 'react';
import { isShortcut } from './key-names.ts';
import type { RoomAction } from './room-actions.ts';

/** Of the text, and yet not the editor's own: they open a dialog. */
const OF_TEXT = new Set(['link', 'language']);

const isWritten = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The room's own shortcuts, wherever the focus is; those of the text belong to the editor. "?" where nothing is written. */
export const useRoomKeys = (actions: readonly RoomAction[], openKeymap: () => void): void => {
  const latest = useRef({ actions, openKeymap });
  latest.current = { actions, openKeymap };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.getModifierState('AltGraph')) return;
      // dialogs keep their keys
      if (event.target instanceof Element && event.target.closest('[role="dialog"]')) return;
      if (event.key === '?' && !isWritten(event.target)) {
        event.preventDefault();
        latest.current.openKeymap();
        return;
      }
      const action = latest.current.actions.find(
        ({ id, group, keys }) => keys && (group === 'room' || OF_TEXT.has(id)) && isShortcut(event, keys),
      );
      if (!action) return;
      event.preventDefault();
      action.run();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
};
