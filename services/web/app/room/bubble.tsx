import { computePosition, flip, offset, shift } from '@floating-ui/dom';
import { type Editor, isTextSelection, posToDOMRect } from '@tiptap/core';
import {
  Asterisk,
  Bold,
  Code,
  Ellipsis,
  Italic,
  Languages,
  Link2,
  Strikethrough,
  Subscript,
  Superscript,
  Underline,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { textAction, type TextActionId } from './editor/text-actions.ts';
import { keyText } from './key-names.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { useActiveActions } from './use-text-actions.ts';

const shouldShow = (editor: Editor): boolean => {
  const { selection, doc } = editor.state;
  if (!editor.isEditable || !editor.isFocused || selection.empty || !isTextSelection(selection)) return false;
  return doc.textBetween(selection.from, selection.to).length > 0 && !selection.$from.parent.type.spec.code;
};

/** Follows the selection; nothing is measured while there is none. */
const usePlace = (editor: Editor, element: HTMLElement | null): boolean => {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!element) return undefined;
    let frame = 0;
    let pointerDown = false;
    const place = async (): Promise<void> => {
      const { from, to } = editor.state.selection;
      const anchor = {
        getBoundingClientRect: () => posToDOMRect(editor.view, from, to),
        contextElement: editor.view.dom,
      };
      const { x, y } = await computePosition(anchor, element, {
        strategy: 'fixed',
        placement: 'top',
        middleware: [offset(10), flip({ padding: 64 }), shift({ padding: 8 })],
      });
      element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    };
    const look = (): void => {
      frame = 0;
      if (editor.isDestroyed) return;
      // a menu of the bubble may hold the focus
      const held = element.contains(document.activeElement);
      const show = !pointerDown && (shouldShow(editor) || (held && !editor.state.selection.empty));
      setShown(show);
      if (show) void place();
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    const stop = new AbortController();
    const { signal } = stop;
    editor.view.dom.addEventListener('pointerdown', () => void (pointerDown = true), { signal });
    addEventListener(
      'pointerup',
      () => {
        pointerDown = false;
        schedule();
      },
      { signal },
    );
    addEventListener('scroll', schedule, { signal, capture: true, passive: true });
    addEventListener('resize', schedule, { signal });
    editor.on('selectionUpdate', schedule);
    editor.on('focus', schedule);
    editor.on('blur', schedule);
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
      editor.off('selectionUpdate', schedule);
      editor.off('focus', schedule);
      editor.off('blur', schedule);
    };
  }, [editor, element]);
  return shown;
};

const MarkButton = ({
  editor,
  id,
  active,
  children,
}: {
  editor: Editor;
  id: TextActionId;
  active: boolean;
  children: ReactNode;
}) => {
  const t = useText(roomText).actions;
  const { keys, run } = textAction(id);
  return (
    <IconButton
      size="small"
      label={t[id]}
      keys={keys ? keyText(keys) : ''}
      aria-pressed={active}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => run(editor)}
    >
      {children}
    </IconButton>
  );
};

const moreMarks = [
  ['underline', Underline],
  ['strikethrough', Strikethrough],
  ['superscript', Superscript],
  ['subscript', Subscript],
  ['code', Code],
] as const;

interface BubbleProps {
  readonly editor: Editor;
  readonly onLink: () => void;
  readonly onLanguage: () => void;
}

/** What is done to the selected words; comes with the selection. */
export const Bubble = ({ editor, onLink, onLanguage }: BubbleProps) => {
  const t = useText(roomText);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const shown = usePlace(editor, element);
  const active = useActiveActions(editor);
  const keepSelection = useRef((event: { preventDefault: () => void }) => event.preventDefault()).current;
  return (
    <div ref={setElement} className={styles.bubble} hidden={!shown} role="toolbar" aria-label={t.commands.format}>
      <MarkButton editor={editor} id="emphasis" active={active.emphasis === true}>
        <Italic />
      </MarkButton>
      <MarkButton editor={editor} id="strong" active={active.strong === true}>
        <Bold />
      </MarkButton>
      <MarkButton editor={editor} id="smallCaps" active={active.smallCaps === true}>
        <span className={styles['small-caps']} aria-hidden>
          Aa
        </span>
      </MarkButton>
      <IconButton
        size="small"
        label={t.commands.link}
        keys={keyText('Mod-Alt-l')}
        onMouseDown={keepSelection}
        onClick={onLink}
      >
        <Link2 />
      </IconButton>
      <MarkButton editor={editor} id="footnote" active={false}>
        <Asterisk />
      </MarkButton>
      <IconButton size="small" label={t.commands.language} onMouseDown={keepSelection} onClick={onLanguage}>
        <Languages />
      </IconButton>
      <Menu
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          editor.commands.focus();
        }}
        trigger={
          <IconButton size="small" label={t.commands.more} onMouseDown={keepSelection}>
            <Ellipsis />
          </IconButton>
        }
      >
        {moreMarks.map(([id, Icon]) => (
          <MenuItem
            key={id}
            icon={<Icon />}
            keys={active[id] ? '✓' : keyText(textAction(id).keys ?? '')}
            onSelect={() => textAction(id).run(editor)}
          >
            {t.actions[id]}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
};
