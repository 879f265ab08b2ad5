import type { Editor } from '@tiptap/core';
import { Asterisk, ChevronDown, Image as ImageIcon, Redo2, Search, Undo2 } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useText } from '../i18n/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx';
import { textAction, type TextActionId } from './editor/text-actions.ts';
import { keyText } from './key-names.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { useActiveActions } from './use-text-actions.ts';

const textStyles = [
  'paragraph',
  'heading1',
  'heading2',
  'heading3',
  'heading4',
] as const satisfies readonly TextActionId[];
const wrappers = [
  'quote',
  'epigraph',
  'letter',
  'verse',
  'bulletList',
  'orderedList',
] as const satisfies readonly TextActionId[];

const keysOf = (id: TextActionId): string => {
  const { keys } = textAction(id);
  return keys ? keyText(keys) : '';
};

const ActionButton = ({ editor, id, children }: { editor: Editor; id: TextActionId; children: ReactNode }) => {
  const t = useText(roomText).actions;
  return (
    <IconButton
      label={t[id]}
      keys={keysOf(id)}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => textAction(id).run(editor)}
    >
      {children}
    </IconButton>
  );
};

const StyleMenu = ({ editor }: { editor: Editor }) => {
  const t = useText(roomText);
  const active = useActiveActions(editor);
  const wrapper = wrappers.find((id) => active[id]);
  const style = textStyles.find((id) => active[id]) ?? 'paragraph';
  return (
    <Menu
      align="start"
      onCloseAutoFocus={(event) => {
        event.preventDefault();
        editor.commands.focus();
      }}
      trigger={
        <button
          type="button"
          className={styles['style-button']}
          aria-label={`${t.commands.style}: ${t.actions[wrapper ?? style]}`}
        >
          {t.actions[wrapper ?? style]}
          <ChevronDown aria-hidden />
        </button>
      }
    >
      <MenuChoice
        label={t.commands.style}
        value={style}
        options={textStyles.map((id) => ({ value: id, label: t.actions[id] }))}
        onChange={(id) => textAction(id as TextActionId).run(editor)}
      />
      <MenuLine />
      {wrappers.map((id) => (
        <MenuItem key={id} keys={active[id] ? '✓' : keysOf(id)} onSelect={() => textAction(id).run(editor)}>
          {t.actions[id]}
        </MenuItem>
      ))}
    </Menu>
  );
};

/** The quiet line above the text. What is done to single words comes with the selection. */
export const Toolbar = ({ editor, onFind }: { editor: Editor | null; onFind: () => void }) => {
  const t = useText(roomText);
  const input = useRef<HTMLInputElement>(null);
  if (!editor) return <div className={styles.toolbar} />;
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t.commands.text}>
      <StyleMenu editor={editor} />
      <ActionButton editor={editor} id="sceneBreak">
        <span aria-hidden>⁂</span>
      </ActionButton>
      <ActionButton editor={editor} id="footnote">
        <Asterisk />
      </ActionButton>
      <IconButton label={t.commands.picture} onClick={() => input.current?.click()}>
        <ImageIcon />
      </IconButton>
      <span className={styles['toolbar-space']} />
      <ActionButton editor={editor} id="undo">
        <Undo2 />
      </ActionButton>
      <ActionButton editor={editor} id="redo">
        <Redo2 />
      </ActionButton>
      <IconButton label={t.commands.find} keys={keyText('Mod-f')} onClick={onFind}>
        <Search />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
        data-pictures
        onChange={(event) => {
          editor.commands.insertPictures([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </div>
  );
};
