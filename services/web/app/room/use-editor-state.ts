import type { Editor } from '@tiptap/core';
import { useEffect, useRef, useState } from 'react';

const shallowEqual = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((name) => Object.is(a[name], b[name]));
};

/**
 * A small view of the editor's state, looked at once a frame at most; nothing is rendered while it stays the same, so
 * typing costs React nothing.
 */
export const useEditorState = <T extends Readonly<Record<string, unknown>>>(
  editor: Editor | null,
  look: (editor: Editor) => T,
  empty: T,
): T => {
  const [state, setState] = useState(empty);
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    if (!editor) return undefined;
    let frame = 0;
    const update = (): void => {
      frame = 0;
      if (editor.isDestroyed) return;
      const next = latest.current(editor);
      setState((before) => (shallowEqual(before, next) ? before : next));
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(update);
    };
    update();
    editor.on('transaction', schedule);
    editor.on('focus', schedule);
    editor.on('blur', schedule);
    return () => {
      cancelAnimationFrame(frame);
      editor.off('transaction', schedule);
      editor.off('focus', schedule);
      editor.off('blur', schedule);
    };
  }, [editor]);
  return state;
};
