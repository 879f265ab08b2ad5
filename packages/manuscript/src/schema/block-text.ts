import type { DocNode } from './manuscript-schema.ts';

/**
 * The text of a block as a reader hears it: hard breaks are line feeds, footnotes are not part of it. Offsets of
 * sentences count in it.
 */
export const blockText = (block: DocNode): string => {
  const only = block.childCount === 1 ? block.firstChild : null;
  if (only?.isText) return only.text ?? '';
  let text = '';
  block.forEach((child) => {
    if (child.isText) text += child.text ?? '';
    else if (child.type.name === 'hardBreak') text += '\n';
  });
  return text;
};

/** Calls back for each block that holds text itself, in the order of the document; also for the document, if it does. */
export const forEachTextBlock = (doc: DocNode, visit: (block: DocNode) => void): void => {
  if (doc.inlineContent) visit(doc);
  else doc.forEach((child) => forEachTextBlock(child, visit));
};
