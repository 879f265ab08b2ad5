import { fromText } from '@authorworks/manuscript/text';
import type { BookReader, ImportedBook } from '../../imported-book.ts';
import { decodeText } from '../decode-text.ts';
import { NoteList } from '../notes.ts';
import { blocksOf, divideText } from '../shape/divide-text.ts';
import { withoutBoilerplate } from './gutenberg.ts';
import { readUnderscores } from './underscores.ts';

/** Reads plain text: paragraphs, scene breaks, verse, and chapters by lines that look like their titles. */
export const readText: BookReader = ({ bytes, fileName }): ImportedBook => {
  const notes = new NoteList();
  const decoded = decodeText(bytes);
  if (decoded.isGuessed) notes.add('encoding-guessed', fileName);
  if (decoded.isDamaged) notes.add('encoding-damaged', fileName);
  const bare = withoutBoilerplate(decoded.text);
  if (bare.wasCut) notes.add('boilerplate-dropped', fileName);
  const blocks = blocksOf(fromText(bare.text).doc).map(readUnderscores);
  const divided = divideText({ blocks, title: bare.title, notes });
  return {
    title: bare.title || divided.title,
    language: bare.language,
    authors: bare.author === '' ? [] : [bare.author],
    description: '',
    nodes: divided.nodes,
    images: [],
    coverName: null,
    notes: notes.list,
  };
};
