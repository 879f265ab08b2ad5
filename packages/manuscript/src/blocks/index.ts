export { blockText } from '../schema/block-text.ts';
export { type Block, blocksOf, findBlock, isContainer } from './blocks-of.ts';
export { type BlockDiff, diffBlocks } from './diff-blocks.ts';
export { matchBlockIds } from './match-block-ids.ts';
export { joinManuscripts, type SplitManuscript, splitManuscript } from './split-join.ts';
