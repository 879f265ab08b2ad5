import { isFileId } from '@authorworks/manuscript/schema';
import { Extension } from '@tiptap/core';
import type { Node as DocNode } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView, type NodeView } from '@tiptap/pm/view';
import type { FileLinks } from '../file-links.ts';

export interface StoredPicture {
  readonly id: string;
  readonly width: number | null;
  readonly height: number | null;
}

export interface ImageOptions {
  readonly links: FileLinks | null;
  readonly upload: (file: File, onProgress: (share: number) => void) => Promise<StoredPicture>;
  readonly onProblem: (error: unknown) => void;
  readonly words: {
    readonly alt: string;
    readonly caption: string;
    readonly missing: string;
    readonly uploading: string;
  };
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    images: {
      /** Uploads pictures and puts them where the caret is. */
      insertPictures: (files: readonly File[]) => ReturnType;
    };
  }
}

const key = new PluginKey<DecorationSet>('images');
const isPicture = (file: File): boolean => /^image\/(?:png|jpe?g|webp|gif|avif)$/.test(file.type);

/** A picture with its caption, and a field for its description. Where its file lies is asked from the storage. */
class ImageView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #picture = document.createElement('img');
  readonly #alt = document.createElement('input');
  #fileId: unknown = undefined;

  constructor(node: DocNode, around: { view: EditorView; getPos: () => number | undefined; options: ImageOptions }) {
    const { view, getPos, options } = around;
    this.dom = document.createElement('figure');
    this.dom.className = 'aw-image';
    this.#picture.draggable = false;
    this.#picture.decoding = 'async';
    this.#alt.className = 'aw-alt';
    this.#alt.placeholder = options.words.alt;
    this.#alt.setAttribute('aria-label', options.words.alt);
    this.#alt.maxLength = 4000;
    this.#alt.addEventListener('change', () => {
      const pos = getPos();
      if (pos !== undefined && view.editable)
        view.dispatch(view.state.tr.setNodeAttribute(pos, 'alt', this.#alt.value.trim()));
    });
    const frame = document.createElement('div');
    frame.contentEditable = 'false';
    frame.append(this.#picture, this.#alt);
    this.contentDOM = document.createElement('figcaption');
    this.contentDOM.dataset['placeholder'] = options.words.caption;
    this.dom.append(frame, this.contentDOM);
    this.#show(node, options, view.editable);
  }

  #show(node: DocNode, { links, words }: ImageOptions, editable: boolean): void {
    const { fileId, alt, width, height } = node.attrs as Record<string, unknown>;
    this.contentDOM.classList.toggle('aw-empty', node.content.size === 0);
    this.#alt.hidden = !editable;
    if (document.activeElement !== this.#alt) this.#alt.value = typeof alt === 'string' ? alt : '';
    this.#picture.alt = typeof alt === 'string' ? alt : '';
    if (typeof width === 'number') this.#picture.width = width;
    if (typeof height === 'number') this.#picture.height = height;
    if (fileId === this.#fileId) return;
    this.#fileId = fileId;
    const miss = (): void => {
      this.dom.classList.add('aw-missing');
      this.#picture.alt = words.missing;
    };
    if (!isFileId(fileId) || !links) {
      miss();
      return;
    }
    links.of(fileId).then((link) => {
      if (link) this.#picture.src = link.url;
      else miss();
    }, miss);
  }

  update(node: DocNode): boolean {
    if (node.type.name !== 'image') return false;
    if ((node.attrs as { fileId: unknown }).fileId !== this.#fileId) return false;
    this.contentDOM.classList.toggle('aw-empty', node.content.size === 0);
    const { alt } = node.attrs as { alt: string };
    if (document.activeElement !== this.#alt) this.#alt.value = alt;
    this.#picture.alt = alt;
    return true;
  }

  stopEvent(event: Event): boolean {
    return event.target === this.#alt;
  }

  ignoreMutation(mutation: { target: Node; type: string }): boolean {
    return mutation.type !== 'selection' && !this.contentDOM.contains(mutation.target);
  }
}

const placeholderOf = (words: ImageOptions['words'], id: string): HTMLElement => {
  const box = document.createElement('div');
  box.className = 'aw-uploading';
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.value = 0;
  bar.dataset['upload'] = id;
  bar.setAttribute('aria-label', words.uploading);
  box.append(words.uploading, bar);
  return box;
};

interface PlaceholderChange {
  readonly add?: { readonly id: string; readonly pos: number; readonly element: HTMLElement };
  readonly remove?: string;
}

const findPlaceholder = (view: EditorView, id: string): number | undefined =>
  key.getState(view.state)?.find(undefined, undefined, (spec: { id?: string }) => spec.id === id)[0]?.from;

/** Uploads one picture; a placeholder keeps its place in the text, whatever is typed around it meanwhile. */
const place = async (
  view: EditorView,
  file: File,
  { pos, options }: { pos: number; options: ImageOptions },
): Promise<void> => {
  const id = crypto.randomUUID();
  const element = placeholderOf(options.words, id);
  view.dispatch(view.state.tr.setMeta(key, { add: { id, pos, element } } satisfies PlaceholderChange));
  const bar = element.querySelector('progress');
  try {
    const picture = await options.upload(file, (share) => {
      if (bar) bar.value = share;
    });
    if (view.isDestroyed) return;
    const at = findPlaceholder(view, id) ?? view.state.selection.$head.after(1);
    const node = view.state.schema.nodes['image']?.create({
      fileId: picture.id,
      width: picture.width,
      height: picture.height,
    });
    const { tr } = view.state;
    if (node) tr.insert(at, node);
    view.dispatch(tr.setMeta(key, { remove: id } satisfies PlaceholderChange));
  } catch (error) {
    if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(key, { remove: id } satisfies PlaceholderChange));
    options.onProblem(error);
  }
};

/** Between blocks: behind the outermost block of a position. */
const blockEnd = (view: EditorView, pos: number): number => {
  const $pos = view.state.doc.resolve(pos);
  return $pos.depth === 0 ? pos : $pos.after(1);
};

const takeFiles = (
  view: EditorView,
  files: readonly File[],
  { pos, options }: { pos: number; options: ImageOptions },
): boolean => {
  const pictures = files.filter(isPicture);
  for (const picture of pictures) void place(view, picture, { pos: blockEnd(view, pos), options });
  return pictures.length > 0;
};

/** Pictures in the text: dropped, pasted or chosen, uploaded while one writes on. */
export const Images = Extension.create<ImageOptions>({
  name: 'images',
  addOptions: () => ({
    links: null,
    upload: async () => await Promise.reject(new Error('There is nothing to upload to.')),
    onProblem: () => undefined,
    words: { alt: '', caption: '', missing: '', uploading: '' },
  }),
  addCommands() {
    return {
      insertPictures:
        (files) =>
        ({ view, state, dispatch }) => {
          const pictures = files.filter(isPicture);
          // after this transaction has been dispatched
          if (dispatch) setTimeout(() => takeFiles(view, pictures, { pos: state.selection.to, options: this.options }));
          return pictures.length > 0;
        },
    };
  },
  addProseMirrorPlugins() {
    const { options } = this;
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply: (tr, before) => {
            const change = tr.getMeta(key) as PlaceholderChange | undefined;
            let set = before.map(tr.mapping, tr.doc);
            if (change?.add)
              set = set.add(tr.doc, [Decoration.widget(change.add.pos, change.add.element, { id: change.add.id })]);
            if (change?.remove)
              set = set.remove(set.find(undefined, undefined, (spec: { id?: string }) => spec.id === change.remove));
            return set;
          },
        },
        props: {
          decorations: (state) => key.getState(state),
          nodeViews: { image: (node, view, getPos) => new ImageView(node, { view, getPos, options }) },
          handlePaste: (view, event) =>
            takeFiles(view, [...(event.clipboardData?.files ?? [])], { pos: view.state.selection.to, options }),
          handleDrop: (view, event) => {
            const pos = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
            const taken =
              pos !== undefined && takeFiles(view, [...(event.dataTransfer?.files ?? [])], { pos, options });
            if (taken) event.preventDefault();
            return taken;
          },
        },
      }),
    ];
  },
});
