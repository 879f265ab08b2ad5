import { Fragment, type NodeType } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from './manuscript-schema.ts';

const { paragraph } = manuscriptSchema.nodes;

/** Gathers text that stands between blocks into paragraphs of its own. */
const wrapInlines = (children: readonly DocNode[]): DocNode[] => {
  const blocks: DocNode[] = [];
  let inlines: DocNode[] = [];
  const flush = () => {
    if (inlines.length > 0) blocks.push(paragraph.create(null, inlines));
    inlines = [];
  };
  for (const child of children) {
    if (child.isInline) inlines.push(child);
    else {
      flush();
      blocks.push(child);
    }
  }
  flush();
  return blocks;
};

/** The children that fit, in order; a child that does not is tried by its own children, one level deep. */
const fitting = (type: NodeType, children: readonly DocNode[]): DocNode[] => {
  const kept: DocNode[] = [];
  let match = type.contentMatch;
  const accept = (child: DocNode): boolean => {
    const filled = match.fillBefore(Fragment.from(child));
    const next = filled && match.matchFragment(filled)?.matchType(child.type);
    if (!next) return false;
    for (let index = 0; index < filled.childCount; index++) kept.push(filled.child(index));
    kept.push(child.mark(type.allowedMarks(child.marks)));
    match = next;
    return true;
  };
  for (const child of children) {
    if (accept(child)) continue;
    child.forEach((grandchild) => accept(grandchild));
  }
  return kept;
};

/**
 * Builds a node of children that do not all fit it, as two writers can leave them when both delete at once: keeps what
 * fits, takes apart what does not, fills in what must not be missing. Empty when nothing can be made of it.
 */
export const fitContent = (
  type: NodeType,
  attributes: Record<string, unknown>,
  children: readonly DocNode[],
): DocNode[] => {
  const takesBlocks = type.contentMatch.findWrapping(paragraph) !== null && !type.inlineContent;
  const kept = fitting(type, takesBlocks ? wrapInlines(children) : children);
  const node = type.createAndFill(attributes, kept);
  return node ? [node] : kept;
};
