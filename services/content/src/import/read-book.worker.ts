import { findReader } from './formats/index.ts';
import { type SourceFile, UnreadableFile } from './imported-book.ts';
import { type PreparedBook, prepareBook } from './prepare-book.ts';

export type ReadBookTask = SourceFile;

/** A refusal is a value, because errors lose their kind on the way out of a thread. */
export type ReadBookResult =
  | { readonly ok: true; readonly book: PreparedBook }
  | { readonly ok: false; readonly message: string };

// oxlint-disable-next-line import/no-default-export -- a thread's module is called by its default export
export default async (file: ReadBookTask): Promise<ReadBookResult> => {
  const reader = findReader(file.bytes, file.fileName);
  if (!reader) return { ok: false, message: 'Files of this kind cannot be read.' };
  try {
    return { ok: true, book: prepareBook(reader.format, await reader.read(file), file.fileName) };
  } catch (error) {
    if (error instanceof UnreadableFile) return { ok: false, message: error.message };
    throw error;
  }
};
