import { isLanguageTag } from '@authorworks/manuscript/schema';
import { fromMarkdown } from '@authorworks/manuscript/markdown';
import type { BookReader, ImportedBook } from '../../imported-book.ts';
import { decodeText } from '../decode-text.ts';
import { isExternal } from '../epub/epub-path.ts';
import { ImageShelf, isDataUri } from '../image/image-shelf.ts';
import { NoteList } from '../notes.ts';
import { blocksOf, divideText } from '../shape/divide-text.ts';
import { readFrontMatter } from './front-matter.ts';

const OWN_NOTES = new Set(['image-lost']);

/** Reads Markdown. Pictures are kept when they are in the file itself; others lie somewhere that only its author knows. */
export const readMarkdown: BookReader = async ({ bytes, fileName }): Promise<ImportedBook> => {
  const notes = new NoteList();
  const { text, isGuessed, isDamaged } = decodeText(bytes);
  if (isGuessed) notes.add('encoding-guessed', fileName);
  if (isDamaged) notes.add('encoding-damaged', fileName);
  const page = readFrontMatter(text);
  const images = new ImageShelf(notes);
  const read = fromMarkdown(page.text, {
    source: fileName,
    language: isLanguageTag(page.language) ? page.language : undefined,
    imageFile: (src) => {
      if (isDataUri(src)) return images.nameOfData(src);
      notes.add(isExternal(src) ? 'remote-image-lost' : 'image-missing', src.slice(0, 100));
      return null;
    },
  });
  notes.take(read.notes.filter(({ code }) => !OWN_NOTES.has(code)));
  const divided = divideText({ blocks: blocksOf(read.doc), title: page.title, notes });
  return {
    title: page.title || divided.title,
    subtitle: page.subtitle,
    language: page.language,
    authors: page.authors,
    description: page.description,
    nodes: divided.nodes,
    images: await images.take(async () => await Promise.resolve(null)),
    coverName: null,
    notes: notes.list,
  };
};
