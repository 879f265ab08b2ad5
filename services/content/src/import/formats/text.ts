import { fromText } from '@authorworks/manuscript/text';
import { divideManuscript } from '../divide-manuscript.ts';
import type { BookReader } from '../imported-book.ts';
import { decodeText } from '../text-encoding.ts';

/** Plain text: paragraphs, scene breaks, and whatever packages/manuscript takes for a heading. */
export const readTextBook: BookReader = ({ bytes }) => {
  const divided = divideManuscript(fromText(decodeText(bytes)).doc);
  return { ...divided, language: '', authors: [], description: '', images: [], coverName: null, notes: [] };
};
