import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import type { ImportedNode } from '../../imported-book.ts';

const { nodes } = manuscriptSchema;

/** Whether a block says or shows anything. */
const isFilled = (block: DocNode): boolean => block.type !== nodes.paragraph || block.childCount > 0;

/** Headings within a chapter count from the level below it, whatever the source has above them. */
const raiseHeadings = (blocks: readonly DocNode[]): readonly DocNode[] => {
  const levels = blocks.filter(({ type }) => type === nodes.heading).map(({ attrs }) => Number(attrs['level']));
  const by = levels.length === 0 ? 0 : Math.min(...levels) - 1;
  if (by <= 0) return blocks;
  return blocks.map((block) =>
    block.type === nodes.heading
      ? nodes.heading.create({ ...block.attrs, level: Number(block.attrs['level']) - by }, block.content)
      : block,
  );
};

/**
 * The scenes of a chapter: what stands between its scene breaks, which are not kept because a chapter has one between
 * every two scenes. A chapter without text has one empty scene.
 */
export const scenesOf = (blocks: readonly DocNode[], matter: ImportedNode['matter']): ImportedNode[] => {
  const scenes: DocNode[][] = [[]];
  for (const block of raiseHeadings(blocks)) {
    if (block.type === nodes.sceneBreak) scenes.push([]);
    else scenes.at(-1)?.push(block);
  }
  const filled = scenes.filter((scene) => scene.some(isFilled));
  const kept = filled.length > 0 ? filled : [[nodes.paragraph.create()]];
  return kept.map((scene) => ({ kind: 'scene', title: '', matter, doc: nodes.doc.create(null, scene), children: [] }));
};
