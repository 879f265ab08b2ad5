import { Extension } from '@tiptap/core';
import { search } from 'prosemirror-search';

/** Marks what the find bar looks for. */
export const Search = Extension.create({ name: 'search', addProseMirrorPlugins: () => [search()] });
