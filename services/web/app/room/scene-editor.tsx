import type { LiveScene } from '@authorworks/editor-client';
import { FRAGMENT } from '@authorworks/editor-client';
import type { Editor } from '@tiptap/core';
import { type RefObject, useEffect, useRef } from 'react';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { uploadFile } from '../api/upload.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { presenceOf } from './editor/carets.ts';
import { createManuscriptEditor, type EditorWords } from './editor/create-editor.ts';
import { FileLinks } from './file-links.ts';
import { roomText } from './room-text.ts';
import { useSignal } from './use-signal.ts';
import './editor/manuscript.css';

export interface SceneEditorProps {
  readonly scene: LiveScene;
  readonly name: string;
  readonly bookId: string;
  readonly language: string;
  readonly account: { readonly id: string; readonly name: string };
  readonly editable: boolean;
  /** Where the caret goes when the scene opens; null leaves the focus where it is. */
  readonly startAt: 'start' | 'end' | null;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly typewriter: boolean;
  readonly onEditor: (editor: Editor | null) => void;
  readonly onLeave: (direction: 'next' | 'previous') => boolean;
}

const useEditorWords = (name: string): EditorWords => {
  const t = useText(roomText);
  return {
    label: t.editorLabel(name),
    placeholder: t.placeholder,
    footnote: t.footnote,
    footnoteMarker: t.footnoteMarker,
    image: t.image,
  };
};

/** The text of a scene. The editor is outside of React: a keystroke renders nothing here. */
export const SceneEditor = (props: SceneEditorProps) => {
  const { scene, bookId, account, editable } = props;
  const house = useHouse();
  const toast = useToast();
  const ui = useText(uiText);
  const words = useEditorWords(props.name);
  const { doc, awareness } = useSignal(scene.document);
  const mount = useRef<HTMLDivElement>(null);
  const current = useRef<Editor | null>(null);
  const latest = useRef({ ...props, words, toast, ui });
  latest.current = { ...props, words, toast, ui };

  useEffect(() => {
    const element = mount.current;
    if (!element) return undefined;
    const { language, onEditor, startAt } = latest.current;
    const editor = createManuscriptEditor({
      fragment: doc.getXmlFragment(FRAGMENT),
      awareness,
      language,
      editable: latest.current.editable,
      words: latest.current.words,
      images: {
        links: new FileLinks(house.storage),
        upload: async (file, onProgress) => await uploadFile(house, { file, purpose: 'image', bookId, onProgress }),
        onProblem: (error) =>
          latest.current.toast({ kind: 'danger', message: problemMessage(error, latest.current.ui) }),
      },
      onLeave: (direction) => latest.current.onLeave(direction),
      typewriter: () => (latest.current.typewriter ? latest.current.scroller.current : null),
    });
    editor.mount(element);
    current.current = editor;
    if (startAt && latest.current.editable) editor.commands.focus(startAt);
    onEditor(editor);
    return () => {
      current.current = null;
      onEditor(null);
      editor.destroy();
    };
  }, [doc, awareness, house, bookId]);

  useEffect(() => current.current?.setEditable(editable, false), [editable, doc]);
  useEffect(() => awareness.setLocalStateField('user', presenceOf(account)), [awareness, account]);

  return <div ref={mount} />;
};
