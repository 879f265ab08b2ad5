import { Editor } from '@tiptap/core';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { ActiveBlock } from './active-block.ts';
import { BlockIds } from './block-ids.ts';
import { BlockRules } from './block-rules.ts';
import { Collaboration } from './collaboration.ts';
import { Footnotes } from './footnotes.ts';
import { type ImageOptions, Images } from './images.ts';
import { TextKeys } from './keys.ts';
import { manuscriptExtensions, manuscriptSchemaSpec } from './manuscript-schema.ts';
import { Placeholder } from './placeholder.ts';
import { Typography } from './typography.ts';
import { Verse } from './verse.ts';

/** What the editor says itself. */
export interface EditorWords {
  readonly label: string;
  readonly placeholder: string;
  readonly footnote: string;
  readonly footnoteMarker: string;
  readonly image: ImageOptions['words'];
}

export interface ManuscriptEditorOptions {
  readonly fragment: Y.XmlFragment;
  readonly awareness: Awareness;
  /** Language of the text: decides about quotation marks and the browser's spelling. */
  readonly language: string;
  readonly editable: boolean;
  readonly words: EditorWords;
  readonly images: Pick<ImageOptions, 'links' | 'upload' | 'onProblem'>;
  readonly onLeave: (direction: 'next' | 'previous') => boolean;
  /** The element that scrolls, in typewriter mode. */
  readonly typewriter: () => HTMLElement | null;
}

/** An editor for one scene, bound to its live document. `mount` it; `destroy` it. */
export const createManuscriptEditor = (options: ManuscriptEditorOptions): Editor => {
  const { fragment, awareness, language, editable, words } = options;
  return new Editor({
    element: null,
    schemaSpec: manuscriptSchemaSpec,
    editable,
    // the page brings its own styles; style elements are not allowed here
    injectCSS: false,
    extensions: [
      ...manuscriptExtensions,
      Collaboration.configure({ fragment, awareness }),
      BlockIds,
      TextKeys.configure({ onLeave: options.onLeave }),
      BlockRules,
      Typography.configure({ language }),
      Footnotes.configure({ marker: words.footnoteMarker, note: words.footnote }),
      Verse,
      Images.configure({ ...options.images, words: words.image }),
      ActiveBlock.configure({ typewriter: options.typewriter }),
      Placeholder.configure({ text: words.placeholder }),
    ],
    editorProps: {
      attributes: {
        class: 'aw-manuscript',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': words.label,
        lang: language,
        spellcheck: 'true',
        autocapitalize: 'sentences',
        translate: 'no',
      },
      scrollMargin: { top: 120, bottom: 160, left: 0, right: 0 },
      scrollThreshold: { top: 96, bottom: 120, left: 0, right: 0 },
    },
    coreExtensionOptions: { clipboardTextSerializer: { blockSeparator: '\n\n' } },
  });
};
