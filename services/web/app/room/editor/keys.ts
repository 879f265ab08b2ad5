import { Extension } from '@tiptap/core';
import { selectionIsAt } from './ends.ts';
import { textActions } from './text-actions.ts';

interface KeyOptions {
  /** The caret wants to leave the scene at its end or its beginning. */
  readonly onLeave: (direction: 'next' | 'previous') => boolean;
}

/** The keys of the text actions, and of moving on where a scene ends. */
export const TextKeys = Extension.create<KeyOptions>({
  name: 'textKeys',
  // before Tiptap's own keys
  priority: 200,
  addOptions: () => ({ onLeave: () => false }),
  addKeyboardShortcuts() {
    const { onLeave } = this.options;
    const leave = (direction: 'next' | 'previous') => (): boolean =>
      selectionIsAt(this.editor.state, direction === 'next' ? 'end' : 'start') && onLeave(direction);
    const actions = textActions.flatMap(({ keys, run }) => (keys ? [[keys, () => run(this.editor)] as const] : []));
    return {
      ...Object.fromEntries(actions),
      'Shift-Enter': () =>
        this.editor.commands.first(({ commands }) => [
          () => commands.exitCode(),
          () => commands.insertContent({ type: 'hardBreak' }),
        ]),
      Tab: () => this.editor.commands.sinkListItem('listItem'),
      'Shift-Tab': () => this.editor.commands.liftListItem('listItem'),
      Enter: () => this.editor.commands.splitListItem('listItem'),
      ArrowDown: leave('next'),
      ArrowUp: leave('previous'),
      'Alt-PageDown': () => onLeave('next'),
      'Alt-PageUp': () => onLeave('previous'),
    };
  },
});
