import { Extension } from '@tiptap/core';
import type { Node as DocNode, ResolvedPos } from '@tiptap/pm/model';
import { type EditorState, NodeSelection, Plugin, PluginKey, TextSelection, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type NodeView } from '@tiptap/pm/view';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    footnotes: {
      /** Puts a footnote behind the selection and the caret into it. */
      insertFootnote: () => ReturnType;
      /** Puts the caret behind the footnote that it stands in. */
      leaveFootnote: () => ReturnType;
    };
  }
}

const depthOfFootnote = ($pos: ResolvedPos): number | undefined => {
  for (let depth = $pos.depth; depth > 0; depth -= 1) if ($pos.node(depth).type.name === 'footnote') return depth;
  return undefined;
};

/** Where the footnote begins that the selection lies in. */
const openFootnote = ({ selection }: EditorState): number | undefined => {
  const depth = depthOfFootnote(selection.$from);
  if (depth !== undefined) return selection.$from.before(depth);
  return selection instanceof NodeSelection && selection.node.type.name === 'footnote' ? selection.from : undefined;
};

interface FootnoteWords {
  readonly marker: string;
  readonly note: string;
}

/** A footnote in the text: its number, and the note itself in a box below the line while one is in it. */
class FootnoteView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #marker: HTMLElement;

  constructor(words: FootnoteWords, enter: () => void) {
    this.dom = document.createElement('span');
    this.dom.className = 'aw-footnote';
    this.#marker = document.createElement('sup');
    this.#marker.className = 'aw-footnote-marker';
    this.#marker.contentEditable = 'false';
    this.#marker.title = words.marker;
    this.#marker.addEventListener('mousedown', (event) => {
      event.preventDefault();
      enter();
    });
    this.contentDOM = document.createElement('span');
    this.contentDOM.className = 'aw-footnote-text';
    this.contentDOM.dataset['label'] = words.note;
    this.dom.append(this.#marker, this.contentDOM);
  }

  ignoreMutation(mutation: { target: Node; type: string }): boolean {
    return (
      mutation.type !== 'selection' && (mutation.target === this.#marker || this.#marker.contains(mutation.target))
    );
  }
}

const selectInside = (tr: Transaction, pos: number, note: DocNode): Transaction =>
  tr.setSelection(TextSelection.create(tr.doc, pos + 1 + note.content.size)).scrollIntoView();

const behind = (state: EditorState): Transaction | undefined => {
  const pos = openFootnote(state);
  const note = pos === undefined ? null : state.doc.nodeAt(pos);
  return pos === undefined || !note
    ? undefined
    : state.tr.setSelection(TextSelection.create(state.doc, pos + note.nodeSize)).scrollIntoView();
};

/** A closed footnote beside the caret: arrows step over it, and deleting selects it first. */
const noteBeside = (
  { selection }: EditorState,
  side: 'before' | 'after',
): { node: DocNode; pos: number } | undefined => {
  if (!selection.empty || depthOfFootnote(selection.$from) !== undefined) return undefined;
  const node = side === 'before' ? selection.$from.nodeBefore : selection.$from.nodeAfter;
  if (node?.type.name !== 'footnote') return undefined;
  return { node, pos: side === 'before' ? selection.from - node.nodeSize : selection.from };
};

const openDecoration = (state: EditorState): DecorationSet => {
  const pos = openFootnote(state);
  const note = pos === undefined ? null : state.doc.nodeAt(pos);
  if (pos === undefined || !note) return DecorationSet.empty;
  return DecorationSet.create(state.doc, [Decoration.node(pos, pos + note.nodeSize, { class: 'aw-open' })]);
};

/** Footnotes: numbered in the text, written in a box below their line. */
export const Footnotes = Extension.create<FootnoteWords>({
  name: 'footnotes',
  // before the keys of lists and paragraphs
  priority: 310,
  addOptions: () => ({ marker: 'Footnote', note: 'Footnote' }),
  addCommands: () => ({
    insertFootnote:
      () =>
      ({ state, tr, dispatch }) => {
        const { footnote } = state.schema.nodes;
        const { $to } = state.selection;
        if (!footnote || depthOfFootnote($to) !== undefined) return false;
        const index = $to.index();
        if (!$to.parent.canReplaceWith(index, index, footnote)) return false;
        if (!dispatch) return true;
        const node = footnote.create();
        tr.insert($to.pos, node);
        selectInside(tr, $to.pos, node);
        return true;
      },
    leaveFootnote:
      () =>
      ({ state, tr, dispatch }) => {
        const pos = openFootnote(state);
        const note = pos === undefined ? null : state.doc.nodeAt(pos);
        if (pos === undefined || !note) return false;
        if (dispatch) tr.setSelection(TextSelection.create(tr.doc, pos + note.nodeSize)).scrollIntoView();
        return true;
      },
  }),
  addKeyboardShortcuts() {
    const step = (side: 'before' | 'after') => (): boolean => {
      const { state, view } = this.editor;
      const beside = noteBeside(state, side);
      if (!beside) return false;
      const target = side === 'before' ? beside.pos : beside.pos + beside.node.nodeSize;
      view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, target)).scrollIntoView());
      return true;
    };
    const select = (side: 'before' | 'after') => (): boolean => {
      const { state, view } = this.editor;
      const beside = noteBeside(state, side);
      if (!beside) return false;
      view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, beside.pos)));
      return true;
    };
    const leave = (): boolean => {
      const { state, view } = this.editor;
      const tr = behind(state);
      if (!tr) return false;
      view.dispatch(tr);
      return true;
    };
    return {
      ArrowLeft: step('before'),
      ArrowRight: step('after'),
      Backspace: select('before'),
      Delete: select('after'),
      Enter: leave,
      Escape: leave,
    };
  },
  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: new PluginKey('footnotes'),
        props: {
          decorations: openDecoration,
          nodeViews: {
            footnote: (_node, view, getPos) =>
              new FootnoteView(this.options, () => {
                const pos = getPos();
                const note = pos === undefined ? null : view.state.doc.nodeAt(pos);
                if (pos === undefined || !note) return;
                view.focus();
                view.dispatch(selectInside(view.state.tr, pos, note));
              }),
          },
        },
      }),
    ];
  },
});
