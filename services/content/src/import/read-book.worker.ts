import { readBook } from './formats/index.ts';
import { type SourceFile, UnreadableFile } from './imported-book.ts';
import { type PreparedBook, prepareBook } from './prepare-book.ts';

export type ReadBookTask = SourceFile;

/** A refusal is a value, because errors lose their kind on the way out of a thread. */
export type ReadBookResult =
  | { readonly ok: true; readonly book: PreparedBook }
  | { readonly ok: false; readonly message: string };

// oxlint-disable-next-line import/no-default-export -- a thread's module is called by its default export
export default async (file: ReadBookTask): Promise<ReadBookResult> => {
  try {
    const { format, book } = await readBook(file);
    return { ok: true, book: prepareBook(format, book, file.fileName) };
  } catch (error) {
    if (error instanceof UnreadableFile) return { ok: false, message: error.message };
    throw error;
  }
};
