import { Extension, InputRule } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';

/** `***`, `###` and the like at the beginning of a paragraph become what they look like. */
export const BlockRules = Extension.create({
  name: 'blockRules',
  addInputRules() {
    const { schema } = this.editor;
    const { sceneBreak, heading, blockquote, bulletList, orderedList, codeBlock } = schema.nodes;
    const inParagraph = ({
      state,
    }: {
      state: { selection: { $from: { parent: { type: { name: string } } } } };
    }): boolean => state.selection.$from.parent.type.name === 'paragraph';
    const rule = (find: RegExp, run: (options: Parameters<InputRule['handler']>[0]) => void): InputRule =>
      new InputRule({
        find,
        handler: (options) => {
          if (!inParagraph(options)) return null;
          run(options);
          return undefined;
        },
      });
    return [
      rule(/^\*\*\*$/, ({ state, range }) => {
        if (!sceneBreak) return;
        const { tr } = state;
        const $from = tr.doc.resolve(range.from);
        const rest = $from.parent.content.cut(range.to - $from.start());
        tr.replaceWith($from.before(), $from.after(), [sceneBreak.create(), $from.parent.type.create(null, rest)]);
        tr.setSelection(TextSelection.near(tr.doc.resolve($from.before() + 2)));
      }),
      rule(/^(#{1,4}) $/, ({ state, range, match }) => {
        if (!heading) return;
        const $from = state.doc.resolve(range.from);
        const { id } = $from.parent.attrs as { id: string | null };
        state.tr
          .delete(range.from, range.to)
          .setBlockType($from.start(), $from.start(), heading, { id, level: match[1]?.length ?? 1 });
      }),
      rule(/^> $/, ({ state, range, chain }) => {
        state.tr.delete(range.from, range.to);
        if (blockquote) chain().wrapIn(blockquote).run();
      }),
      rule(/^[-*+] $/, ({ state, range, chain }) => {
        state.tr.delete(range.from, range.to);
        if (bulletList) chain().wrapInList(bulletList).run();
      }),
      rule(/^(\d{1,4})[.)] $/, ({ state, range, chain, match }) => {
        state.tr.delete(range.from, range.to);
        if (orderedList)
          chain()
            .wrapInList(orderedList, { start: Number(match[1]) })
            .run();
      }),
      rule(/^``` $/, ({ state, range, chain }) => {
        state.tr.delete(range.from, range.to);
        if (codeBlock) chain().setNode(codeBlock).run();
      }),
    ];
  },
});
