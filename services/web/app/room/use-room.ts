import type { Account, Book, TreeNode } from '@authorworks/contracts';
import { useQueryClient } from '@tanstack/react-query';
import type { Editor } from '@tiptap/core';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { refreshBook } from '../book/book-queries.ts';
import { may } from '../book/capabilities.ts';
import { findNode, scenesOf } from '../book/tree.ts';
import { useTreeActions } from '../book/use-tree-actions.ts';
import { useText } from '../i18n/text.ts';
import { chooseTheme } from '../shell/theme.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import type { Neighbours } from './desk.tsx';
import { textAction } from './editor/text-actions.ts';
import { roomActions } from './room-actions.ts';
import { roomText } from './room-text.ts';
import { splitBlockId } from './split-here.ts';
import { useNarrow } from './use-narrow.ts';
import { useRoomSettings } from './use-room-settings.ts';

export interface OpenRoomProps {
  readonly book: Book;
  readonly tree: TreeNode;
  readonly scene: TreeNode;
  readonly account: Account;
}

export type Overlay = 'palette' | 'keymap' | 'link' | 'language' | null;

const useNeighbours = (tree: TreeNode, sceneId: string): Neighbours => {
  const scenes = scenesOf(tree);
  const index = scenes.findIndex(({ id }) => id === sceneId);
  return { previous: scenes[index - 1], next: scenes[index + 1] };
};

/** Splits the scene at the caret and goes to the second half. */
const useSplit = ({ book, scene }: OpenRoomProps) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const navigate = useNavigate();
  const t = useText(roomText);
  const ui = useText(uiText);
  return async (blockId: string): Promise<void> => {
    try {
      const { second } = await content.splitScene(
        { params: { sceneId: scene.id }, body: { blockId } },
        { idempotencyKey: crypto.randomUUID() },
      );
      await refreshBook(queries, book.id);
      toast({ message: t.split });
      await navigate(`/write/${book.id}/${second.id}`, { state: { at: 'start' } });
    } catch (error) {
      toast({ kind: 'danger', message: problemMessage(error, ui) });
    }
  };
};

/** When a dialog closes that was opened before the text had the focus, there is nothing to give it back to: the text gets it. */
const useFocusAfter = (overlay: Overlay, editor: Editor | null): void => {
  const before = useRef<Overlay>(null);
  useEffect(() => {
    const hasClosed = before.current !== null && overlay === null;
    before.current = overlay;
    if (!hasClosed) return undefined;
    // behind the dialog's own giving back, which waits for one turn as well
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) editor?.commands.focus();
    });
    return () => clearTimeout(timer);
  }, [overlay, editor]);
};

/** Everything about the room that is not seen: what is open, and what can be done. */
export const useRoom = (props: OpenRoomProps) => {
  const { book, tree, scene } = props;
  const t = useText(roomText);
  const navigate = useNavigate();
  const isNarrow = useNarrow();
  const { settings, change } = useRoomSettings();
  const [editor, setEditor] = useState<Editor | null>(null);
  const [overlay, setOverlay] = useState<Overlay>(null);
  const [finding, setFinding] = useState(false);
  const [sheet, setSheet] = useState(false);
  useFocusAfter(overlay, editor);
  const actions = useTreeActions(book.id);
  const neighbours = useNeighbours(tree, scene.id);
  const split = useSplit(props);
  const mayStructure = may(book.role, 'structure');
  const mayWrite = may(book.role, 'write') && editor !== null;
  const goTo = (id: string, at: 'start' | 'end' = 'start'): void =>
    void navigate(`/write/${book.id}/${id}`, { state: { at } });
  const toggleNavigator = (): void =>
    isNarrow ? setSheet((open) => !open) : change(({ navigator }) => ({ navigator: !navigator }));
  const newScene = (): void => {
    const place = findNode(tree, scene.id);
    if (!place) return;
    void actions.add({ kind: 'scene', place: { parentId: place.parent.id, afterId: scene.id } }).then(
      ({ id }) => goTo(id),
      () => undefined,
    );
  };
  const { previous, next } = neighbours;
  const list = roomActions(
    {
      openPalette: () => setOverlay('palette'),
      openKeymap: () => setOverlay('keymap'),
      toggleFocus: () => change(({ focus }) => ({ focus: !focus })),
      toggleTypewriter: () => change(({ typewriter }) => ({ typewriter: !typewriter })),
      toggleNavigator,
      showPanel: (panel) => change((before) => ({ panel: before.panel === panel ? null : panel })),
      goNext: next && (() => goTo(next.id)),
      goPrevious: previous && (() => goTo(previous.id, 'end')),
      newScene: mayStructure ? newScene : undefined,
      split:
        mayStructure && mayWrite && editor
          ? () => {
              const blockId = splitBlockId(editor);
              if (blockId) void split(blockId);
            }
          : undefined,
      find: editor ? () => setFinding(true) : undefined,
      link: mayWrite ? () => setOverlay('link') : undefined,
      language: mayWrite ? () => setOverlay('language') : undefined,
      picture: mayWrite ? () => document.querySelector<HTMLInputElement>('input[data-pictures]')?.click() : undefined,
      text: mayWrite && editor ? (id) => textAction(id).run(editor) : undefined,
      toBook: () => void navigate(`/shelf/${book.id}`),
      toShelf: () => void navigate('/shelf'),
      theme: chooseTheme,
    },
    t,
  );
  return {
    settings,
    change,
    editor,
    setEditor,
    overlay,
    setOverlay,
    finding,
    setFinding,
    sheet,
    setSheet,
    actions,
    neighbours,
    goTo,
    toggleNavigator,
    newScene: mayStructure ? newScene : undefined,
    list,
    isNarrow,
  };
};

export type RoomState = ReturnType<typeof useRoom>;
