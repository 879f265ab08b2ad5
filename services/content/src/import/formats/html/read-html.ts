import { isLanguageTag } from '@authorworks/manuscript/schema';
import { fromXhtml, readSourceTree } from '@authorworks/manuscript/xhtml';
import type { BookReader, ImportedBook } from '../../imported-book.ts';
import { newStyleBudget, styleOfRules } from '../css/book-styles.ts';
import { readStyleSheet } from '../css/style-sheet.ts';
import { startDeadline } from '../deadline.ts';
import { decodeText } from '../decode-text.ts';
import { isExternal } from '../epub/epub-path.ts';
import { embeddedSheets } from '../epub/text-file.ts';
import { ImageShelf, isDataUri } from '../image/image-shelf.ts';
import { NoteList } from '../notes.ts';
import { blocksOf, divideText } from '../shape/divide-text.ts';
import { findPageFrame } from './main-content.ts';
import { readPageMetadata } from './page-metadata.ts';

/** Links to other pages of the same site lead nowhere in a book. */
const linkOf = (href: string): string | null => (isExternal(href) || href.startsWith('#') ? href : null);

/** Pictures are lost here with a note of our own, that says why. */
const OWN_NOTES = new Set(['image-lost', 'link-dropped']);

/** Reads a text in HTML, or a whole web page as a browser saves it. Pictures are kept when they are in the file itself. */
export const readHtml: BookReader = async ({ bytes, fileName }): Promise<ImportedBook> => {
  const deadline = startDeadline();
  const notes = new NoteList();
  const { text, isGuessed, isDamaged } = decodeText(bytes, 'markup');
  if (isGuessed) notes.add('encoding-guessed', fileName);
  if (isDamaged) notes.add('encoding-damaged', fileName);
  const tree = readSourceTree(text);
  const metadata = readPageMetadata(tree);
  const frame = findPageFrame(tree);
  const images = new ImageShelf(notes);
  const rules = embeddedSheets(text).flatMap(({ css }) => readStyleSheet(css));
  const read = fromXhtml(tree, {
    source: fileName,
    language: isLanguageTag(metadata.language) ? metadata.language : undefined,
    styleOf: styleOfRules(rules, newStyleBudget()),
    imageFile: (src) => {
      if (isDataUri(src)) return images.nameOfData(src);
      notes.add(isExternal(src) ? 'remote-image-lost' : 'image-missing', src.slice(0, 100));
      return null;
    },
    linkHref: linkOf,
    skip: frame.isFrame,
  });
  deadline();
  notes.take(read.notes.filter(({ code }) => !OWN_NOTES.has(code)));
  if (frame.wasCut()) notes.add('page-frame-dropped', fileName);
  const divided = divideText({ blocks: blocksOf(read.doc), title: metadata.title, notes });
  return {
    ...metadata,
    title: metadata.title || divided.title,
    nodes: divided.nodes,
    images: await images.take(async () => await Promise.resolve(null)),
    coverName: null,
    notes: notes.list,
  };
};
