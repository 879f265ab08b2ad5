import type { DocNode } from '@authorworks/manuscript/schema';
import type { ConvertedText } from './convert-texts.ts';
import type { BookAddress } from './epub-path.ts';

/** All texts of a book as one row of blocks; a place is the number of a block in it. */
export interface BookBlocks {
  readonly blocks: readonly DocNode[];
  readonly texts: readonly ConvertedText[];
  /** Where each text begins. */
  readonly starts: readonly number[];
  /** The place at which an address leads; null when its file is no text of the book. */
  readonly placeOf: (address: BookAddress) => number | null;
  /** The place of the block with an id, or of the one that holds it. */
  readonly placeOfBlock: (id: string) => number | null;
  /** The text in which a place lies. */
  readonly textAt: (place: number) => ConvertedText | undefined;
}

const indexIds = (block: DocNode, place: number, places: Map<string, number>): void => {
  const id: unknown = block.attrs['id'];
  if (typeof id === 'string') places.set(id, place);
  if (!block.isTextblock) block.forEach((child) => indexIds(child, place, places));
};

/** The last index whose value is not above a place. */
const lastNotAbove = (starts: readonly number[], place: number): number => {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

export const rowOfBlocks = (texts: readonly ConvertedText[]): BookBlocks => {
  const blocks: DocNode[] = [];
  const starts: number[] = [];
  const places = new Map<string, number>();
  for (const text of texts) {
    starts.push(blocks.length);
    for (const block of text.blocks) indexIds(block, blocks.push(block) - 1, places);
  }
  const byPath = new Map(texts.map(({ file }, index) => [file.path, index]));
  const placeOfBlock = (id: string): number | null => places.get(id) ?? null;
  return {
    blocks,
    texts,
    starts,
    placeOfBlock,
    placeOf: ({ path, fragment }) => {
      const index = byPath.get(path);
      if (index === undefined) return null;
      const block = fragment === '' ? undefined : texts[index]?.anchors.get(fragment);
      return (block === undefined ? null : placeOfBlock(block)) ?? starts[index] ?? null;
    },
    textAt: (place) => texts[lastNotAbove(starts, place)],
  };
};
