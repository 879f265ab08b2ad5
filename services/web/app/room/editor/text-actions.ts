import type { QuoteKind } from '@authorworks/manuscript/schema';
import type { Editor } from '@tiptap/core';

/** Something that one does to the text. Toolbar, palette, keyboard and keyboard map are made of this list. */
export interface TextAction {
  readonly id: TextActionId;
  /** In ProseMirror's notation: Mod is Ctrl, or Cmd on a Mac. */
  readonly keys?: string;
  readonly run: (editor: Editor) => boolean;
  readonly isActive?: (editor: Editor) => boolean;
}

export type TextActionId =
  | 'emphasis'
  | 'strong'
  | 'smallCaps'
  | 'underline'
  | 'strikethrough'
  | 'superscript'
  | 'subscript'
  | 'code'
  | 'paragraph'
  | 'heading1'
  | 'heading2'
  | 'heading3'
  | 'heading4'
  | 'quote'
  | 'epigraph'
  | 'letter'
  | 'verse'
  | 'bulletList'
  | 'orderedList'
  | 'sceneBreak'
  | 'footnote'
  | 'clear'
  | 'undo'
  | 'redo';

const mark = (name: TextActionId, keys?: string): TextAction => ({
  id: name,
  ...(keys ? { keys } : {}),
  run: (editor) => editor.chain().focus().toggleMark(name).run(),
  isActive: (editor) => editor.isActive(name),
});

const heading = (level: 1 | 2 | 3 | 4): TextAction => ({
  id: `heading${level}`,
  keys: `Mod-Alt-${level}`,
  run: (editor) => editor.chain().focus().toggleNode('heading', 'paragraph', { level }).run(),
  isActive: (editor) => editor.isActive('heading', { level }),
});

/** Wraps into a quotation of a kind, changes the kind of the one that there is, or unwraps it. */
const toggleQuote = (editor: Editor, kind: QuoteKind): boolean => {
  if (editor.isActive('blockquote', { kind })) return editor.chain().focus().lift('blockquote').run();
  if (editor.isActive('blockquote')) return editor.chain().focus().updateAttributes('blockquote', { kind }).run();
  return editor.chain().focus().wrapIn('blockquote', { kind }).run();
};

const quote = (id: 'quote' | 'epigraph' | 'letter', keys?: string): TextAction => ({
  id,
  ...(keys ? { keys } : {}),
  run: (editor) => toggleQuote(editor, id),
  isActive: (editor) => editor.isActive('blockquote', { kind: id }),
});

const list = (id: 'bulletList' | 'orderedList', keys: string): TextAction => ({
  id,
  keys,
  run: (editor) => editor.chain().focus().toggleList(id, 'listItem').run(),
  isActive: (editor) => editor.isActive(id),
});

/** A scene break behind the block of the caret, and a paragraph to go on in. */
const insertSceneBreak = (editor: Editor): boolean => {
  const { $to } = editor.state.selection;
  const at = $to.depth === 0 ? $to.pos : $to.after(1);
  const isLast = at === editor.state.doc.content.size;
  const nodes = [{ type: 'sceneBreak' }, ...(isLast ? [{ type: 'paragraph' }] : [])];
  return editor
    .chain()
    .focus()
    .insertContentAt(at, nodes)
    .setTextSelection(at + 2)
    .scrollIntoView()
    .run();
};

export const textActions: readonly TextAction[] = [
  mark('emphasis', 'Mod-i'),
  mark('strong', 'Mod-b'),
  mark('smallCaps', 'Mod-Shift-m'),
  mark('underline', 'Mod-u'),
  mark('strikethrough', 'Mod-Shift-x'),
  mark('superscript', 'Mod-.'),
  mark('subscript', 'Mod-,'),
  mark('code', 'Mod-e'),
  {
    id: 'paragraph',
    keys: 'Mod-Alt-0',
    run: (editor) => editor.chain().focus().setNode('paragraph').run(),
    isActive: (editor) => editor.isActive('paragraph'),
  },
  heading(1),
  heading(2),
  heading(3),
  heading(4),
  quote('quote', 'Mod-Shift-b'),
  quote('epigraph'),
  quote('letter'),
  {
    id: 'verse',
    keys: 'Mod-Alt-v',
    run: (editor) => editor.chain().focus().toggleVerse().run(),
    isActive: (editor) => editor.isActive('verse'),
  },
  list('bulletList', 'Mod-Shift-8'),
  list('orderedList', 'Mod-Shift-7'),
  { id: 'sceneBreak', keys: 'Mod-Shift-Enter', run: insertSceneBreak },
  { id: 'footnote', keys: 'Mod-Alt-f', run: (editor) => editor.chain().focus().insertFootnote().run() },
  { id: 'clear', keys: 'Mod-\\', run: (editor) => editor.chain().focus().unsetAllMarks().run() },
  { id: 'undo', keys: 'Mod-z', run: (editor) => editor.commands.undo() },
  { id: 'redo', keys: 'Mod-Shift-z', run: (editor) => editor.commands.redo() },
];

const byId = new Map(textActions.map((action) => [action.id, action]));

export const textAction = (id: TextActionId): TextAction => {
  const action = byId.get(id);
  if (!action) throw new Error(`There is no action ${id}.`);
  return action;
};
