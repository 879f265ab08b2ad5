import type { DocNode } from '../schema/manuscript-schema.ts';
import { type Block, blocksOf, isContainer } from './blocks-of.ts';
import { longestIncreasing } from './increasing.ts';

/** What became of the blocks of a document, by their ids, in the order of the document that has them. */
export interface BlockDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Text, formatting, kind or attributes are others. A container is changed by its own attributes only. */
  readonly changed: readonly string[];
  /** Stands in another container, or elsewhere among the blocks that stayed. May be changed as well. */
  readonly moved: readonly string[];
}

const byId = (blocks: readonly Block[]): Map<string, Block> => {
  const map = new Map<string, Block>();
  for (const block of blocks) if (block.id !== null && !map.has(block.id)) map.set(block.id, block);
  return map;
};

const sameAttributes = (one: DocNode, other: DocNode): boolean =>
  Object.keys(one.attrs).every((name) => one.attrs[name] === other.attrs[name]);

const isChanged = (before: DocNode, after: DocNode): boolean => {
  if (before === after) return false;
  if (before.type.name !== after.type.name || !sameAttributes(before, after)) return true;
  return !isContainer(after) && !before.content.eq(after.content);
};

/** Ids of what stands in another order than before, within one container. */
const movedWithin = (blocks: readonly Block[], places: ReadonlyMap<Block, number>): string[] => {
  const stayed = new Set(longestIncreasing(blocks.map((block) => places.get(block) ?? 0)));
  return blocks.flatMap((block, index) => (stayed.has(index) || block.id === null ? [] : [block.id]));
};

/**
 * Compares two versions of a document by the ids of their blocks. Blocks without an id are passed over: bring both
 * documents into order with `normaliseManuscript` first. As few blocks as possible count as moved.
 */
export const diffBlocks = (before: DocNode, after: DocNode): BlockDiff => {
  const old = byId(blocksOf(before));
  const current = byId(blocksOf(after));
  const changed: string[] = [];
  const added: string[] = [];
  const moved = new Set<string>();
  const places = new Map<Block, number>();
  const siblings = new Map<string | null, Block[]>();
  for (const [id, block] of current) {
    const was = old.get(id);
    if (!was) {
      added.push(id);
      continue;
    }
    if (isChanged(was.node, block.node)) changed.push(id);
    const parent = block.parent?.id ?? null;
    if ((was.parent?.id ?? null) !== parent) moved.add(id);
    else {
      places.set(block, was.index);
      const group = siblings.get(parent);
      if (group) group.push(block);
      else siblings.set(parent, [block]);
    }
  }
  for (const blocks of siblings.values()) for (const id of movedWithin(blocks, places)) moved.add(id);
  return {
    added,
    removed: [...old.keys()].filter((id) => !current.has(id)),
    changed,
    moved: [...current.keys()].filter((id) => moved.has(id)),
  };
};
