import type { Editor } from '@tiptap/core';
import { textActions, type TextActionId } from './editor/text-actions.ts';
import { useEditorState } from './use-editor-state.ts';

type Active = Partial<Record<TextActionId, boolean>>;

const activeIn = (editor: Editor): Active =>
  Object.fromEntries(textActions.flatMap(({ id, isActive }) => (isActive?.(editor) ? [[id, true]] : [])));

/** Which marks and styles the selection has. */
export const useActiveActions = (editor: Editor | null): Active => useEditorState<Active>(editor, activeIn, {});
