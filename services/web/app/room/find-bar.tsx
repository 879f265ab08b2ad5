import type { Editor } from '@tiptap/core';
import { ChevronDown, ChevronUp, Replace, X } from 'lucide-react';
import {
  findNext,
  findPrev,
  getSearchState,
  replaceAll,
  replaceNext,
  search,
  SearchQuery,
  setSearchState,
} from 'prosemirror-search';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useToast } from '../ui/toast.tsx';
import { keyText } from './key-names.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { useEditorState } from './use-editor-state.ts';

interface FindOptions {
  readonly search: string;
  readonly replace: string;
  readonly caseSensitive: boolean;
  readonly wholeWord: boolean;
}

const MANY = 5000;

/** How many places there are, and which of them is selected. */
const countMatches = (editor: Editor): { total: number; current: number } => {
  const query = getSearchState(editor.state)?.query;
  if (!query?.valid) return { total: 0, current: 0 };
  const { from, to } = editor.state.selection;
  let [total, current] = [0, 0];
  for (
    let match = query.findNext(editor.state, 0);
    match && total < MANY;
    match = query.findNext(editor.state, match.to)
  ) {
    total += 1;
    if (match.from === from && match.to === to) current = total;
  }
  return { total, current };
};

const apply = (editor: Editor, options: FindOptions): void => {
  const query = new SearchQuery({ ...options, literal: true });
  editor.view.dispatch(setSearchState(editor.state.tr, query));
};

const go = (editor: Editor, command: typeof findNext): void => {
  command(editor.state, (tr) => editor.view.dispatch(tr.scrollIntoView()), editor.view);
};

const selectedText = (editor: Editor): string => {
  const { from, to, empty, $from, $to } = editor.state.selection;
  return empty || !$from.sameParent($to) || to - from > 100 ? '' : editor.state.doc.textBetween(from, to);
};

const ReplaceRow = ({
  editor,
  value,
  onChange,
}: {
  editor: Editor;
  value: string;
  onChange: (value: string) => void;
}) => {
  const t = useText(roomText).find;
  const toast = useToast();
  const all = (): void => {
    const { total } = countMatches(editor);
    replaceAll(editor.state, (tr) => editor.view.dispatch(tr), editor.view);
    toast({ message: t.replaced(total), undo: () => editor.commands.undo() });
  };
  return (
    <div className={styles['find-row']}>
      <input
        aria-label={t.replaceLabel}
        placeholder={t.replaceLabel}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <Button size="small" onClick={() => go(editor, replaceNext)}>
        {t.replace}
      </Button>
      <Button size="small" onClick={all}>
        {t.replaceAll}
      </Button>
    </div>
  );
};

const Options = ({ options, onChange }: { options: FindOptions; onChange: (next: Partial<FindOptions>) => void }) => {
  const t = useText(roomText).find;
  return (
    <div className={styles['find-options']}>
      <label>
        <input
          type="checkbox"
          checked={options.caseSensitive}
          onChange={(event) => onChange({ caseSensitive: event.target.checked })}
        />
        {t.matchCase}
      </label>
      <label>
        <input
          type="checkbox"
          checked={options.wholeWord}
          onChange={(event) => onChange({ wholeWord: event.target.checked })}
        />
        {t.wholeWord}
      </label>
    </div>
  );
};

/** Finds, and replaces, within the scene. */
export const FindBar = ({ editor, onClose }: { editor: Editor; onClose: () => void }) => {
  const t = useText(roomText).find;
  const [options, setOptions] = useState<FindOptions>(() => ({
    search: selectedText(editor),
    replace: '',
    caseSensitive: false,
    wholeWord: false,
  }));
  const [replacing, setReplacing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // before anything looks for places: the plugin that marks them
  useState(() => getSearchState(editor.state) ?? editor.registerPlugin(search()));
  const { total, current } = useEditorState(editor, countMatches, { total: 0, current: 0 });
  useEffect(() => {
    input.current?.select();
    return () => {
      if (!editor.isDestroyed) editor.view.dispatch(setSearchState(editor.state.tr, new SearchQuery({ search: '' })));
    };
  }, [editor]);
  useEffect(() => apply(editor, options), [editor, options]);
  const change = (next: Partial<FindOptions>): void => setOptions((before) => ({ ...before, ...next }));
  const close = (): void => {
    onClose();
    editor.commands.focus();
  };
  return (
    <search
      className={styles.find}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <div className={styles['find-row']}>
        <input
          ref={input}
          type="text"
          aria-label={t.label}
          placeholder={t.label}
          autoFocus
          value={options.search}
          onChange={(event) => change({ search: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') go(editor, event.shiftKey ? findPrev : findNext);
          }}
        />
        <span className={styles['find-count']} role="status">
          {options.search && t.count(current, total)}
        </span>
        <IconButton size="small" label={t.previous} keys={keyText('Shift-Enter')} onClick={() => go(editor, findPrev)}>
          <ChevronUp />
        </IconButton>
        <IconButton size="small" label={t.next} keys={keyText('Enter')} onClick={() => go(editor, findNext)}>
          <ChevronDown />
        </IconButton>
        {editor.isEditable && (
          <IconButton
            size="small"
            label={t.showReplace}
            aria-pressed={replacing}
            onClick={() => setReplacing(!replacing)}
          >
            <Replace />
          </IconButton>
        )}
        <IconButton size="small" label={t.close} keys="Esc" onClick={close}>
          <X />
        </IconButton>
      </div>
      {replacing && <ReplaceRow editor={editor} value={options.replace} onChange={(replace) => change({ replace })} />}
      <Options options={options} onChange={change} />
    </search>
  );
};
