import { isBlockId } from '@authorworks/manuscript/schema';
import * as Y from 'yjs';
import { blockIdOf } from './block-ids.ts';
import { fragmentOf } from './fragment.ts';

type Type = Y.AbstractType<unknown>;

/** The block in which a type stands, and those around it. */
const addAround = (type: Type, ids: Set<string>): void => {
  for (let current: Type | null = type; current; current = current._item?.parent as Type | null) {
    const id = current instanceof Y.XmlElement ? blockIdOf(current) : undefined;
    if (id !== undefined) ids.add(id);
    if (!current._item) return;
  }
};

const addInserted = ({ doc, beforeState, afterState }: Y.Transaction, ids: Set<string>): void => {
  for (const [client, after] of afterState) {
    const before = beforeState.get(client) ?? 0;
    if (before === after) continue;
    const structs = doc.store.clients.get(client) ?? [];
    for (let index = Y.findIndexSS(structs, before); index < structs.length; index += 1) {
      const struct = structs[index];
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentType && struct.id.clock >= before)
        addAround(struct.content.type, ids);
    }
  }
};

/** Deleted blocks, and ids that were replaced. Their contents are still there while a transaction ends. */
const addDeleted = (transaction: Y.Transaction, ids: Set<string>): void => {
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || struct.parentSub !== 'id' || !(struct.content instanceof Y.ContentAny)) return;
    const id: unknown = struct.content.arr[0];
    if (isBlockId(id)) ids.add(id);
  });
};

/**
 * The ids of all blocks that a transaction changed, made or removed, with the blocks around them.
 * To be called while the transaction ends (`afterTransaction`).
 */
export const touchedBlocks = (transaction: Y.Transaction): Set<string> => {
  const ids = new Set<string>();
  for (const type of transaction.changed.keys()) addAround(type as unknown as Type, ids);
  addInserted(transaction, ids);
  addDeleted(transaction, ids);
  return ids;
};

/** The ids of all blocks of a live document. */
export const blockIdsOf = (doc: Y.Doc): Set<string> => {
  const ids = new Set<string>();
  const visit = (parent: Y.XmlFragment): void => {
    parent.forEach((child) => {
      if (!(child instanceof Y.XmlElement)) return;
      blockIdOf(child, ids);
      visit(child);
    });
  };
  visit(fragmentOf(doc));
  return ids;
};
