import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';

const { nodes } = manuscriptSchema;

/** A book most of whose paragraphs are not indented is simply set that way. */
const USUAL_SHARE = 0.4;

const isUnindented = (block: DocNode): boolean => block.type === nodes.paragraph && block.attrs['indent'] !== null;

/** Blocks behind which a first line without indentation says nothing new. */
const begins = (previous: DocNode | undefined): boolean => {
  if (previous === undefined || previous.attrs['align'] === 'right' || previous.attrs['align'] === 'center')
    return true;
  return previous.type === nodes.heading || previous.type === nodes.sceneBreak || previous.type === nodes.image;
};

const settleParagraph = (paragraph: DocNode, previous: DocNode | undefined, keepsIndents: boolean): DocNode => {
  const { align, indent } = paragraph.attrs;
  // left and justified are how prose stands anyway: a house decides that for all of it
  const settledAlign: unknown = align === 'left' || align === 'justify' ? null : align;
  const isMeant = keepsIndents && indent !== null && settledAlign === null && !begins(previous);
  const settledIndent: unknown = isMeant ? indent : null;
  if (settledAlign === align && settledIndent === indent) return paragraph;
  return paragraph.type.create({ ...paragraph.attrs, align: settledAlign, indent: settledIndent }, paragraph.content);
};

const settleChildren = (children: readonly DocNode[], keepsIndents: boolean): DocNode[] =>
  children.map((block, index) => {
    if (block.type === nodes.paragraph) return settleParagraph(block, children[index - 1], keepsIndents);
    if (block.isTextblock || block.isLeaf || block.type === nodes.verse) return block;
    const inner: DocNode[] = [];
    block.forEach((child) => void inner.push(child));
    const settled = settleChildren(inner, keepsIndents);
    return settled.every((child, place) => child === inner[place]) ? block : block.copy(Fragment.fromArray(settled));
  });

/** Whether single paragraphs of a text are meant to begin without indentation, or simply all of them do. */
const keepsIndents = (blocks: readonly DocNode[]): boolean => {
  let paragraphs = 0;
  let unindented = 0;
  for (const block of blocks) {
    if (block.type === nodes.paragraph) paragraphs += 1;
    if (isUnindented(block)) unindented += 1;
  }
  return unindented <= paragraphs * USUAL_SHARE;
};

/** Takes away what is only the layout of a source, as alignment and indentation that all of its prose has. */
export const settleBlocks = (blocks: readonly DocNode[]): DocNode[] => settleChildren(blocks, keepsIndents(blocks));
