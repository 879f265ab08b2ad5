import type { TreeNode } from '@authorworks/contracts';
import type { Editor } from '@tiptap/core';
import { useEffect, useState } from 'react';
import { wordCount } from '@authorworks/manuscript/words';
import { chapterOf } from '../book/tree.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { newWordCounter } from './editor/word-counter.ts';
import { roomText } from './room-text.ts';
import { useEditorState } from './use-editor-state.ts';
import { sessionOf } from './words.ts';

interface StatusLineProps {
  readonly editor: Editor | null;
  readonly tree: TreeNode;
  readonly scene: TreeNode;
  readonly language: string;
}

/** Counting waits until the fingers rest. */
const REST_MS = 300;

/** Words of the text, counted beside the typing, not in it. */
const useSceneWords = (editor: Editor | null, scene: TreeNode, language: string): number => {
  const [words, setWords] = useState(scene.wordCount);
  useEffect(() => {
    if (!editor) return undefined;
    const count = newWordCounter(language);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (): void => {
      timer = undefined;
      if (!editor.isDestroyed) setWords(count(editor.state.doc));
    };
    const later = ({ transaction }: { transaction: { docChanged: boolean } }): void => {
      if (transaction.docChanged) timer ??= setTimeout(update, REST_MS);
    };
    update();
    editor.on('transaction', later);
    return () => {
      clearTimeout(timer);
      editor.off('transaction', later);
    };
  }, [editor, language]);
  return words;
};

const selectedWords = (editor: Editor): { words: number } => {
  const { from, to, empty } = editor.state.selection;
  return { words: empty ? 0 : wordCount(editor.state.doc.textBetween(from, to, '\n', ' ')).words };
};

/** How many words: of the scene, the chapter, the book, and of today's sitting. */
export const StatusLine = ({ editor, tree, scene, language }: StatusLineProps) => {
  const t = useText(roomText).status;
  const format = useFormat();
  const words = useSceneWords(editor, scene, language);
  const selected = useEditorState(editor, selectedWords, { words: 0 }).words;
  const grown = words - scene.wordCount;
  const chapter = chapterOf(tree, scene.id);
  const session = editor ? sessionOf(tree.id).note(scene.id, words) : 0;
  const parts: [string, string][] = [
    [t.scene, format.number(words)],
    ...(chapter ? [[t.chapter, format.number(Math.max(0, chapter.wordCount + grown))] as [string, string]] : []),
    [t.book, format.number(Math.max(0, tree.wordCount + grown))],
    [t.session, `${session > 0 ? '+' : ''}${format.number(session)}`],
    ...(selected > 0 ? [[t.selection, format.number(selected)] as [string, string]] : []),
  ];
  return (
    <>
      {parts.map(([name, value]) => (
        <span key={name}>
          {name} <b>{value}</b>
        </span>
      ))}
    </>
  );
};
