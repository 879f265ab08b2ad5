import { Extension } from '@tiptap/core';
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';

const key = new PluginKey<DecorationSet>('activeBlock');

/** The outermost block that the caret stands in: what focus mode leaves bright. */
const decorate = ({ doc, selection }: EditorState): DecorationSet => {
  const { $head } = selection;
  if ($head.depth === 0) return DecorationSet.empty;
  return DecorationSet.create(doc, [Decoration.node($head.before(1), $head.after(1), { class: 'aw-active' })]);
};

/** Where the caret's line is held in typewriter mode: a little above the middle. */
const TYPEWRITER_HEIGHT = 0.42;

const holdLine = (view: EditorView, scroller: HTMLElement): void => {
  const caret = view.coordsAtPos(view.state.selection.head);
  const { top, height } = scroller.getBoundingClientRect();
  const distance = caret.top - (top + height * TYPEWRITER_HEIGHT);
  if (Math.abs(distance) > 2) scroller.scrollTop += distance;
};

interface ActiveBlockOptions {
  /** The element that scrolls, and whether the line is to be held; asked at each change. */
  readonly typewriter: () => HTMLElement | null;
}

/** Knows the paragraph that is being written: for focus mode, and to hold its line in place. */
export const ActiveBlock = Extension.create<ActiveBlockOptions>({
  name: 'activeBlock',
  addOptions: () => ({ typewriter: () => null }),
  addProseMirrorPlugins() {
    const { typewriter } = this.options;
    return [
      new Plugin({
        key,
        state: {
          init: (_config, state) => decorate(state),
          apply: (tr, before, oldState, newState) => {
            if (!tr.docChanged && !tr.selectionSet) return before;
            const [oldHead, head] = [oldState.selection.$head, newState.selection.$head];
            const sameBlock =
              oldHead.depth > 0 &&
              head.depth > 0 &&
              oldHead.before(1) === head.before(1) &&
              oldHead.after(1) === head.after(1);
            // typing within a paragraph only makes it longer
            return sameBlock && !tr.docChanged ? before : decorate(newState);
          },
        },
        props: { decorations: (state) => key.getState(state) },
        view: () => ({
          update: (view, before) => {
            const scroller = typewriter();
            if (scroller && view.hasFocus() && !view.state.selection.eq(before.selection))
              requestAnimationFrame(() => holdLine(view, scroller));
          },
        }),
      }),
    ];
  },
});
