import { wordCount } from '@authorworks/manuscript/words';
import type { Node as DocNode } from '@tiptap/pm/model';

/**
 * Counts the words of a document; a block that has not changed is not counted again. Nodes are immutable, so a block
 * that is the same object has the same words: a keystroke costs the count of one paragraph.
 */
export const newWordCounter = (language: string): ((doc: DocNode) => number) => {
  const counted = new WeakMap<DocNode, number>();
  return (doc) => {
    let words = 0;
    doc.forEach((block) => {
      let count = counted.get(block);
      if (count === undefined) {
        count = wordCount(block, language).words;
        counted.set(block, count);
      }
      words += count;
    });
    return words;
  };
};
