import type { Editor } from '@tiptap/core';

/** The id of the outermost block of the caret: where a scene can be split. Undefined for the first block. */
export const splitBlockId = (editor: Editor): string | undefined => {
  const { $head } = editor.state.selection;
  if ($head.depth === 0 || $head.index(0) === 0) return undefined;
  const { id } = $head.node(1).attrs as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
};
