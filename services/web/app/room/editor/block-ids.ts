import { isBlockId, newBlockId } from '@authorworks/manuscript/schema';
import { Extension } from '@tiptap/core';
import type { Node as DocNode } from '@tiptap/pm/model';
import { type EditorState, Plugin, PluginKey, type Transaction } from '@tiptap/pm/state';
import { ySyncPluginKey } from 'y-prosemirror';

export const blockIdsKey = new PluginKey('blockIds');

interface Identified {
  readonly node: DocNode;
  readonly pos: number;
  readonly id: string | null;
}

const hasIdentity = (node: DocNode): boolean => node.type.spec.attrs?.['id'] !== undefined;

/** All nodes with an identity in document order. Text is not walked, so this is quick in long scenes. */
const identifiedOf = (doc: DocNode): Identified[] => {
  const found: Identified[] = [];
  doc.descendants((node, pos) => {
    if (node.isText) return false;
    if (hasIdentity(node)) {
      const id: unknown = node.attrs['id'];
      found.push({ node, pos, id: isBlockId(id) ? id : null });
    }
    // inline content holds nodes with an identity only where there are footnotes
    return !node.isTextblock || node.childCount > 1 || (node.firstChild !== null && !node.firstChild.isText);
  });
  return found;
};

/**
 * Whether the block before was emptied by a split at its very beginning: then the text went on into the next block, and
 * its identity has to go with it.
 */
const wasPushedDown = (
  before: Identified | undefined,
  now: Identified,
  oldBlocks: ReadonlyMap<string, DocNode>,
): boolean => {
  if (!before?.id || before.node.content.size > 0 || now.node.content.size === 0) return false;
  const old = oldBlocks.get(before.id);
  return old !== undefined && old.content.size > 0 && before.node.type === old.type && old.content.eq(now.node.content);
};

/** New ids by position; undefined when every block has one that no other has. */
export const missingIds = (doc: DocNode, oldDoc: DocNode): ReadonlyMap<number, string> | undefined => {
  const blocks = identifiedOf(doc);
  const taken = new Set<string>();
  const changes = new Map<number, string>();
  let oldBlocks: Map<string, DocNode> | undefined;
  for (const [index, block] of blocks.entries()) {
    const id = block.id;
    if (id !== null && !taken.has(id)) {
      taken.add(id);
      continue;
    }
    oldBlocks ??= new Map(identifiedOf(oldDoc).map(({ id: oldId, node }) => [oldId ?? '', node]));
    const before = blocks[index - 1];
    if (before?.id && wasPushedDown(before, block, oldBlocks)) {
      changes.set(block.pos, before.id);
      changes.set(before.pos, newBlockId());
    } else {
      const fresh = newBlockId();
      taken.add(fresh);
      changes.set(block.pos, fresh);
    }
  }
  return changes.size === 0 ? undefined : changes;
};

const isFromOthers = (transaction: Transaction): boolean => {
  const sync = transaction.getMeta(ySyncPluginKey) as
    | { isChangeOrigin?: boolean; isUndoRedoOperation?: boolean }
    | undefined;
  return sync?.isChangeOrigin === true && sync.isUndoRedoOperation !== true;
};

/**
 * Changes that came from others are left alone: two clients that both mended the same block would mend it twice, and the
 * server derives the same id for everybody where one is missing.
 */
const mend = (
  transactions: readonly Transaction[],
  oldState: EditorState,
  newState: EditorState,
): Transaction | null => {
  const own = transactions.some((transaction) => transaction.docChanged && !isFromOthers(transaction));
  if (!own) return null;
  const changes = missingIds(newState.doc, oldState.doc);
  if (!changes) return null;
  const { tr } = newState;
  for (const [pos, id] of changes) tr.setNodeAttribute(pos, 'id', id);
  // typing goes on with the marks that were set
  return tr.setStoredMarks(newState.storedMarks).setMeta('addToHistory', true);
};

/** Gives every block an id of its own: after splitting, pasting, duplicating and undoing. */
export const BlockIds = Extension.create({
  name: 'blockIds',
  addProseMirrorPlugins: () => [new Plugin({ key: blockIdsKey, appendTransaction: mend })],
});
