import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import { isNumberLine, lineOf } from './chapter-title.ts';

const { nodes } = manuscriptSchema;

const PART = /^(?:part|book|volume|teil|buch|band|parte|libro|partie|livre|tome|volumen)\b/i;

const isName = (block: DocNode | undefined, number: DocNode): block is DocNode =>
  block?.type === nodes.heading &&
  !isNumberLine(lineOf(block)) &&
  Number(block.attrs['level']) >= Number(number.attrs['level']);

/** A heading that only numbers a chapter and the heading with its name become one: `Chapter 1: The Storm`. */
export const joinHeadings = (blocks: readonly DocNode[]): DocNode[] => {
  const joined: DocNode[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    const next = blocks[index + 1];
    const line = block?.type === nodes.heading ? lineOf(block) : '';
    if (block && isNumberLine(line) && !PART.test(line) && isName(next, block)) {
      const separator = manuscriptSchema.text(/[.:!?]$/.test(line) ? ' ' : ': ');
      joined.push(block.copy(Fragment.from([...block.children, separator, ...next.children])));
      index += 1;
    } else if (block) joined.push(block);
  }
  return joined;
};
