import { Fragment } from 'prosemirror-model';
import { blockText } from '../schema/block-text.ts';
import { isBlockId, newBlockId } from '../schema/block-id.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { type Block, blocksOf, isContainer } from './blocks-of.ts';
import { type Matchable, matchSequences } from './match-sequences.ts';

const matchableOf = (node: DocNode): Matchable => {
  const text = blockText(node);
  const picture = node.type.name === 'image' ? `${String(node.attrs.fileId)} ${String(node.attrs.alt)} ` : '';
  const compared = (picture + text).trim();
  return { key: `${node.type.name}\n${picture}${text}`, text: compared === '' ? null : compared };
};

interface Footnote {
  readonly node: DocNode;
  readonly pos: number;
}

const footnotesOf = (block: Block): Footnote[] => {
  const found: Footnote[] = [];
  block.node.forEach((node, offset) => {
    if (node.type.name === 'footnote') found.push({ node, pos: block.pos + 1 + offset });
  });
  return found;
};

/** Ids by the position of the node in the document that gets them. */
interface Assignment {
  readonly ids: Map<number, string>;
  readonly taken: Set<string>;
}

const assign = (assignment: Assignment, pos: number, id: unknown): void => {
  if (!isBlockId(id) || assignment.taken.has(id) || assignment.ids.has(pos)) return;
  assignment.ids.set(pos, id);
  assignment.taken.add(id);
};

/** The containers of two blocks that are the same, from the innermost outwards. */
const matchContainers = (assignment: Assignment, was: Block, is: Block): void => {
  let candidate = was.parent;
  for (let container = is.parent; container; container = container.parent) {
    if (assignment.ids.has(container.pos)) continue;
    let match = candidate;
    while (match && (match.node.type.name !== container.node.type.name || assignment.taken.has(match.id ?? ''))) {
      match = match.parent;
    }
    if (!match) continue;
    assign(assignment, container.pos, match.id);
    candidate = match.parent;
  }
};

const matchFootnotes = (assignment: Assignment, was: Block, is: Block): void => {
  const old = footnotesOf(was);
  const current = footnotesOf(is);
  if (old.length === 0 || current.length === 0) return;
  const matched = matchSequences(
    old.map(({ node }) => matchableOf(node)),
    current.map(({ node }) => matchableOf(node)),
  );
  for (const [index, { pos }] of current.entries()) {
    // A note that was rewritten is still the note at this place, if there is only one.
    const isOnly = old.length === 1 && current.length === 1;
    const from = isOnly ? 0 : (matched[index] ?? -1);
    if (from >= 0) assign(assignment, pos, old[from]?.node.attrs.id);
  }
};

/** The node with the ids that were found for it and what is within it; others keep their own or get a new one. */
const withIds = (node: DocNode, pos: number, assignment: Assignment): DocNode => {
  const children: DocNode[] = [];
  node.forEach((child, offset) => {
    if (child.isText) children.push(child);
    else children.push(withIds(child, pos + offset + 1, assignment));
  });
  const content = node.childCount === 0 ? node.content : Fragment.fromArray(children);
  if (node.type.spec.attrs?.id === undefined) return node.type.create(node.attrs, content, node.marks);
  const found = assignment.ids.get(pos);
  const own: unknown = node.attrs.id;
  const kept = isBlockId(own) && !assignment.taken.has(own) ? own : newBlockId();
  if (found === undefined) assignment.taken.add(kept);
  return node.type.create({ ...node.attrs, id: found ?? kept }, content, node.marks);
};

/** Blocks of the second document that still have an id of the first. */
const knownPairs = (old: readonly Block[], current: readonly Block[]): Map<number, number> => {
  const places = new Map<string, number>();
  for (const [index, { id }] of old.entries()) if (id !== null && !places.has(id)) places.set(id, index);
  const known = new Map<number, number>();
  for (const [index, { id }] of current.entries()) {
    const place = id === null ? undefined : places.get(id);
    if (id === null || place === undefined) continue;
    known.set(index, place);
    places.delete(id);
  }
  return known;
};

/**
 * Gives a document that lost its ids (it was written as Markdown, in Word, as XHTML) the ids of the blocks that it had
 * before: blocks with the same text wherever they stand, then blocks with similar text in order; quotes, lists and verse
 * by what they hold; footnotes by the block that they stand in. Blocks that were not there before keep the id that they
 * have, or get a new one. Ids that `after` still has of `before` are believed.
 *
 * Takes time about linear in the documents: 5,000 blocks in well under a second.
 */
export const matchBlockIds = (before: DocNode, after: DocNode): DocNode => {
  const old = blocksOf(before).filter((block) => !isContainer(block.node));
  const blocks = blocksOf(after);
  const current = blocks.filter((block) => !isContainer(block.node));
  const matched = matchSequences(
    old.map(({ node }) => matchableOf(node)),
    current.map(({ node }) => matchableOf(node)),
    knownPairs(old, current),
  );
  const assignment: Assignment = { ids: new Map(), taken: new Set() };
  const containers = new Set(
    blocksOf(before).flatMap((block) => (isContainer(block.node) && block.id ? [block.id] : [])),
  );
  for (const block of blocks) {
    if (isContainer(block.node) && block.id !== null && containers.has(block.id))
      assign(assignment, block.pos, block.id);
  }
  for (const [index, block] of current.entries()) {
    const was = old[matched[index] ?? -1];
    if (!was) continue;
    assign(assignment, block.pos, was.id);
    matchContainers(assignment, was, block);
    matchFootnotes(assignment, was, block);
  }
  const children: DocNode[] = [];
  after.forEach((child, offset) => children.push(withIds(child, offset, assignment)));
  return after.copy(Fragment.fromArray(children));
};
