import { isLanguageTag, manuscriptSchema, mendManuscript } from '@authorworks/manuscript/schema';
import { mayHold, NODE_LIMIT } from '../node/node-policy.ts';
import { type SealedText, sealText } from '../scene/sealed-text.ts';
import type { ImportedBook, ImportedImage, ImportedNode, SourceFormat } from './imported-book.ts';
import { UnreadableFile } from './imported-book.ts';

/** A node as it will be inserted; `parent` is its place in the list, before which no child stands. */
export interface PreparedNode {
  readonly parent: number | null;
  readonly kind: ImportedNode['kind'];
  readonly title: string;
  readonly matter: ImportedNode['matter'];
  readonly text: SealedText | null;
}

/** A book that only has to be written down. */
export interface PreparedBook {
  readonly format: SourceFormat;
  readonly title: string;
  readonly subtitle: string;
  /** '' where the file does not say, or says nothing that is a language. */
  readonly language: string;
  readonly authors: readonly string[];
  readonly description: string;
  readonly nodes: readonly PreparedNode[];
  readonly images: readonly ImportedImage[];
  readonly coverName: string | null;
  readonly notes: ImportedBook['notes'];
  readonly footnotes: number;
}

const TITLE_LIMIT = 300;
const AUTHOR_LIMIT = 200;
const DESCRIPTION_LIMIT = 10_000;

/** One line as the contracts demand it of requests; files do not keep to them. */
const lineOf = (text: string, limit: number): string =>
  text
    // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
    .replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, limit)
    .trim();

/** "the_time-machine.md" → "the time-machine" */
const titleOfFile = (fileName: string): string =>
  lineOf(fileName.replace(/\.[^.]{1,16}$/, '').replaceAll('_', ' '), TITLE_LIMIT) || 'Untitled';

const countFootnotes = (node: ImportedNode): number => {
  let count = 0;
  node.doc?.descendants(({ type }) => {
    if (type === manuscriptSchema.nodes.footnote) count += 1;
  });
  return node.children.reduce((sum, child) => sum + countFootnotes(child), count);
};

/** @throws Error when a reader broke the nesting rules, which is a mistake of ours. */
const flatten = (nodes: readonly ImportedNode[]): PreparedNode[] => {
  const flat: PreparedNode[] = [];
  const add = (
    siblings: readonly ImportedNode[],
    parent: number | null,
    holder: 'book' | ImportedNode['kind'],
  ): void => {
    for (const { kind, title, matter, doc, children } of siblings) {
      if (!mayHold(holder, kind)) throw new Error(`a reader put a ${kind} into a ${holder}`);
      if (flat.length >= NODE_LIMIT)
        throw new UnreadableFile(`This file has more than ${NODE_LIMIT} parts, chapters and scenes.`);
      // a reader's document is checked like everybody's: it may have been built without the schema's rules
      const text = kind === 'scene' ? sealText(mendManuscript(doc?.toJSON() ?? {}).doc) : null;
      const place = flat.push({ parent, kind, title: lineOf(title, TITLE_LIMIT), matter, text }) - 1;
      add(children, place, kind);
    }
  };
  add(nodes, null, 'book');
  return flat;
};

/** Brings what a reader found into the form in which it is kept. @throws UnreadableFile when there is nothing to keep. */
export const prepareBook = (format: SourceFormat, book: ImportedBook, fileName: string): PreparedBook => {
  const nodes = flatten(book.nodes);
  const isEmpty = nodes.every(({ text }) => !text || (text.wordCount === 0 && text.imageFileIds.length === 0));
  if (isEmpty) throw new UnreadableFile('There is no text in this file.');
  return {
    format,
    title: lineOf(book.title, TITLE_LIMIT) || titleOfFile(fileName),
    subtitle: lineOf(book.subtitle ?? '', TITLE_LIMIT),
    language: isLanguageTag(book.language) ? book.language : '',
    authors: book.authors.map((author) => lineOf(author, AUTHOR_LIMIT)).filter((author) => author !== ''),
    description: book.description.replaceAll('\u0000', '').slice(0, DESCRIPTION_LIMIT),
    nodes,
    images: book.images,
    coverName: book.coverName,
    notes: book.notes,
    footnotes: book.nodes.reduce((sum, node) => sum + countFootnotes(node), 0),
  };
};
