import { Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** One quiet line on an empty page. */
export const Placeholder = Extension.create<{ readonly text: string }>({
  name: 'placeholder',
  addOptions: () => ({ text: '' }),
  addProseMirrorPlugins() {
    const { text } = this.options;
    return [
      new Plugin({
        key: new PluginKey('placeholder'),
        props: {
          decorations: ({ doc }) => {
            const [only] = [doc.firstChild];
            if (doc.childCount !== 1 || !only?.isTextblock || only.content.size > 0) return null;
            return DecorationSet.create(doc, [
              Decoration.node(0, only.nodeSize, { class: 'aw-placeholder', 'data-placeholder': text }),
            ]);
          },
        },
      }),
    ];
  },
});
