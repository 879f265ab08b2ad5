import { type EditorState, Selection } from '@tiptap/pm/state';

/** Whether the caret stands at the very beginning or end of the text. */
export const selectionIsAt = ({ doc, selection }: EditorState, end: 'start' | 'end'): boolean =>
  selection.empty && selection.head === (end === 'start' ? Selection.atStart(doc) : Selection.atEnd(doc)).head;
