import { toMarkdown } from '@authorworks/manuscript/markdown';
import { readBook } from '../../src/import/formats/index.ts';
import { type ImportedBook, type ImportedNode, UnreadableFile } from '../../src/import/imported-book.ts';
import { prepareBook } from '../../src/import/prepare-book.ts';

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** Reads a file as an import does, up to what is written into the database. */
export const read = async (fileName: string, content: string | Uint8Array): Promise<ImportedBook> => {
  const { format, book } = await readBook({ fileName, bytes: bytesOf(content) });
  prepareBook(format, book, fileName);
  return book;
};

/** Why a file is refused. Fails for one that is read, and for any other error than a refusal. */
export const refusal = async (fileName: string, content: string | Uint8Array): Promise<string> => {
  try {
    await read(fileName, content);
  } catch (error) {
    if (error instanceof UnreadableFile) return error.message;
    throw error;
  }
  throw new Error('the file was expected to be refused');
};

/** The tree with the texts as Markdown: what a test expects at a glance. */
export const outline = ({ nodes }: ImportedBook): unknown[] => {
  const show = ({ kind, title, matter, doc, children }: ImportedNode): unknown =>
    kind === 'scene' ? (doc ? toMarkdown(doc).trim() : '') : [kind, title, matter, ...children.map(show)];
  return nodes.map(show);
};

export const codes = ({ notes }: ImportedBook): string[] => notes.map(({ code }) => code).toSorted();
