import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import { divideManuscript } from '../../divide-manuscript.ts';
import type { ImportedNode } from '../../imported-book.ts';
import type { NoteList } from '../notes.ts';
import { type BlockHints, guessHeadings } from './guess-headings.ts';
import { joinHeadings } from './join-headings.ts';
import { settleBlocks } from './settle-blocks.ts';

const { nodes } = manuscriptSchema;

export interface TextToDivide {
  readonly blocks: readonly DocNode[];
  /** The book's title, where the file says it elsewhere; '' where it does not. */
  readonly title: string;
  readonly hints?: ReadonlyMap<string, BlockHints>;
  readonly notes: NoteList;
}

/**
 * Divides a long text into parts, chapters and scenes by its headings; where it has none, by lines that look like
 * headings, with a note that they were guessed.
 */
export const divideText = ({ blocks, title, hints, notes }: TextToDivide): { title: string; nodes: ImportedNode[] } => {
  const settled = settleBlocks(blocks);
  const hasHeadings = settled.some(({ type }) => type === nodes.heading);
  const guess = hasHeadings ? { blocks: settled, guessed: 0 } : guessHeadings(settled, hints ?? new Map());
  if (guess.guessed > 0) notes.add('chapters-guessed', '', guess.guessed);
  return divideManuscript(nodes.doc.create(null, joinHeadings(guess.blocks)), title);
};

export const blocksOf = (doc: DocNode): DocNode[] => [...doc.children];
