import { Extension } from '@tiptap/core';
import type { Node as DocNode, NodeType, ResolvedPos, Schema } from '@tiptap/pm/model';
import { type EditorState, TextSelection, type Transaction } from '@tiptap/pm/state';
import { VERSE_INDENTS } from '@authorworks/manuscript/schema';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    verse: {
      /** Turns the paragraphs of the selection into verse, or verse back into paragraphs. */
      toggleVerse: () => ReturnType;
    };
  }
}

interface VerseTypes {
  readonly verse: NodeType;
  readonly stanza: NodeType;
  readonly verseLine: NodeType;
  readonly paragraph: NodeType;
}

const typesOf = ({ nodes }: Schema): VerseTypes | undefined => {
  const { verse, stanza, verseLine, paragraph } = nodes;
  return verse && stanza && verseLine && paragraph ? { verse, stanza, verseLine, paragraph } : undefined;
};

const depthOf = ($pos: ResolvedPos, name: string): number | undefined => {
  for (let depth = $pos.depth; depth > 0; depth -= 1) if ($pos.node(depth).type.name === name) return depth;
  return undefined;
};

/** Lines of a paragraph: hard breaks part them, other things that verse cannot hold are left out. */
const linesOf = (block: DocNode, { verseLine }: VerseTypes): DocNode[] => {
  const lines: DocNode[][] = [[]];
  block.forEach((child) => {
    if (child.type.name === 'hardBreak') lines.push([]);
    else if (child.isText || child.type.name === 'footnote') lines.at(-1)?.push(child);
  });
  return lines.map((children, index) => verseLine.create({ id: index === 0 ? block.attrs['id'] : null }, children));
};

const toVerse = (state: EditorState, tr: Transaction, types: VerseTypes): boolean => {
  const { $from, $to } = state.selection;
  const range = $from.blockRange($to);
  if (!range || !range.parent.canReplaceWith(range.startIndex, range.endIndex, types.verse)) return false;
  const lines: DocNode[] = [];
  for (let index = range.startIndex; index < range.endIndex; index += 1) {
    const block = range.parent.child(index);
    if (block.type !== types.paragraph) return false;
    lines.push(...linesOf(block, types));
  }
  const verse = types.verse.create(null, types.stanza.create(null, lines));
  tr.replaceWith(range.start, range.end, verse);
  tr.setSelection(TextSelection.near(tr.doc.resolve(range.start + verse.nodeSize - 3), -1)).scrollIntoView();
  return true;
};

const toParagraphs = (
  tr: Transaction,
  $from: ResolvedPos,
  { depth, types }: { depth: number; types: VerseTypes },
): void => {
  const paragraphs: DocNode[] = [];
  $from.node(depth).descendants((node) => {
    if (node.type !== types.verseLine) return true;
    paragraphs.push(types.paragraph.create({ id: node.attrs['id'] as string | null }, node.content));
    return false;
  });
  tr.replaceWith($from.before(depth), $from.after(depth), paragraphs);
  tr.setSelection(TextSelection.near(tr.doc.resolve($from.before(depth) + 1))).scrollIntoView();
};

const childrenOf = (node: DocNode, from: number, to = node.childCount): DocNode[] => {
  const children: DocNode[] = [];
  for (let index = from; index < to; index += 1) children.push(node.child(index));
  return children;
};

/** Enter on an empty line: the next stanza; on an empty stanza: out of the verse. */
const enterOnEmptyLine = ({ selection, schema, tr }: EditorState): Transaction | undefined => {
  const types = typesOf(schema);
  const { $from, empty } = selection;
  const lineDepth = depthOf($from, 'verseLine');
  if (!types || !empty || lineDepth === undefined || $from.parent.type !== types.verseLine) return undefined;
  if ($from.parent.content.size > 0) return undefined;
  const [stanzaDepth, verseDepth] = [lineDepth - 1, lineDepth - 2];
  const [stanza, verse] = [$from.node(stanzaDepth), $from.node(verseDepth)];
  const lineIndex = $from.index(stanzaDepth);
  if (stanza.childCount > 1) {
    if (lineIndex === 0) return undefined;
    const first = types.stanza.create(stanza.attrs, childrenOf(stanza, 0, lineIndex));
    const next = types.stanza.create(null, childrenOf(stanza, lineIndex));
    const start = $from.before(stanzaDepth);
    tr.replaceWith(start, $from.after(stanzaDepth), [first, next]);
    const caret = start + first.nodeSize + 2;
    return tr.setSelection(TextSelection.near(tr.doc.resolve(caret))).scrollIntoView();
  }
  const isLast = $from.index(verseDepth) === verse.childCount - 1;
  if (!isLast) return undefined;
  const rest =
    verse.childCount > 1 ? [types.verse.create(verse.attrs, childrenOf(verse, 0, verse.childCount - 1))] : [];
  const start = $from.before(verseDepth);
  tr.replaceWith(start, $from.after(verseDepth), [...rest, types.paragraph.create()]);
  return tr.setSelection(TextSelection.near(tr.doc.resolve(start + (rest[0]?.nodeSize ?? 0) + 1))).scrollIntoView();
};

/** Poems and songs: lines, stanzas and indents by the keyboard alone. */
export const Verse = Extension.create({
  name: 'verseEditing',
  priority: 300,
  addCommands: () => ({
    toggleVerse:
      () =>
      ({ state, tr, dispatch }) => {
        const types = typesOf(state.schema);
        if (!types) return false;
        const depth = depthOf(state.selection.$from, 'verse');
        if (depth === undefined) return toVerse(state, dispatch ? tr : state.tr, types);
        if (dispatch) toParagraphs(tr, state.selection.$from, { depth, types });
        return true;
      },
  }),
  addKeyboardShortcuts() {
    const indent = (by: number) => (): boolean => {
      const { state, view } = this.editor;
      const { $from } = state.selection;
      if ($from.parent.type.name !== 'verseLine') return false;
      const now = Number($from.parent.attrs['indent']);
      const next = Math.min(VERSE_INDENTS, Math.max(0, now + by));
      if (next !== now) view.dispatch(state.tr.setNodeAttribute($from.before(), 'indent', next));
      return true;
    };
    return {
      Enter: () => {
        const { state, view } = this.editor;
        const tr = enterOnEmptyLine(state);
        if (tr) view.dispatch(tr);
        return tr !== undefined;
      },
      Tab: indent(1),
      'Shift-Tab': indent(-1),
    };
  },
});
