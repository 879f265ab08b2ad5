import { Extension } from '@tiptap/core';
import { redo, undo, yCursorPlugin, ySyncPlugin, yUndoPlugin, yUndoPluginKey } from 'y-prosemirror';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { buildCaret, buildSelection, markRecent } from './carets.ts';

interface CollaborationOptions {
  readonly fragment: Y.XmlFragment;
  readonly awareness: Awareness;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    collaboration: {
      /** Takes back one's own last change, never somebody else's. */
      undo: () => ReturnType;
      redo: () => ReturnType;
    };
  }
}

const canDo = (state: Parameters<typeof yUndoPluginKey.getState>[0], stack: 'undoStack' | 'redoStack'): boolean => {
  const undoState = yUndoPluginKey.getState(state) as { undoManager: Y.UndoManager } | undefined;
  return (undoState?.undoManager[stack].length ?? 0) > 0;
};

/** Binds the editor to the live document: text, undo of one's own changes, and the carets of the others. */
export const Collaboration = Extension.create<CollaborationOptions>({
  name: 'collaboration',
  // before everything else, so that other plugins see documents that are in step with Yjs
  priority: 1000,
  addProseMirrorPlugins() {
    const { fragment, awareness } = this.options;
    return [
      ySyncPlugin(fragment),
      yCursorPlugin(awareness, { cursorBuilder: buildCaret, selectionBuilder: buildSelection }),
      yUndoPlugin({ protectedNodes: new Set() }),
      markRecent(awareness),
    ];
  },
  addCommands: () => ({
    undo:
      () =>
      ({ tr, state, dispatch }) => {
        tr.setMeta('preventDispatch', true);
        return dispatch ? undo(state) : canDo(state, 'undoStack');
      },
    redo:
      () =>
      ({ tr, state, dispatch }) => {
        tr.setMeta('preventDispatch', true);
        return dispatch ? redo(state) : canDo(state, 'redoStack');
      },
  }),
  addKeyboardShortcuts() {
    return {
      'Mod-z': () => this.editor.commands.undo(),
      'Mod-y': () => this.editor.commands.redo(),
      'Shift-Mod-z': () => this.editor.commands.redo(),
    };
  },
});
