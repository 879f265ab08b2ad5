import { type ImportedBook, type SourceFile, type SourceFormat, UnreadableFile } from '../imported-book.ts';
import { readZip } from './archive/read-zip.ts';
import { adviceFor, type DetectedFormat, detectFormat } from './detect-format.ts';
import { readHtml } from './html/read-html.ts';
import { readMarkdown } from './markdown/read-markdown.ts';
import { readText } from './text/read-text.ts';

export { HEAD_BYTES } from './detect-format.ts';

/** A book, and the format that its file turned out to have. */
export interface ReadBook {
  readonly format: SourceFormat;
  readonly book: ImportedBook;
}

/** How a file is read. A new format is a folder beside this, a line here and one in detect-format.ts. */
const readers: Readonly<Record<DetectedFormat, (source: SourceFile) => Promise<ReadBook>>> = {
  zip: readZip,
  html: async (source) => ({ format: 'html', book: await readHtml(source) }),
  markdown: async (source) => ({ format: 'markdown', book: await readMarkdown(source) }),
  text: async (source) => ({ format: 'text', book: await readText(source) }),
};

const UNKNOWN = 'It is neither an EPUB, a Word document (DOCX), HTML, Markdown nor plain text.';

/** Why a file is not even tried, as a sentence for its author; null when it may be a book. */
export const refusalOf = (head: Uint8Array, fileName: string): string | null =>
  adviceFor(head) ?? (detectFormat(head, fileName) === null ? UNKNOWN : null);

/** Reads a file of any format. @throws UnreadableFile */
export const readBook = async (source: SourceFile): Promise<ReadBook> => {
  const format = detectFormat(source.bytes, source.fileName);
  if (format === null) throw new UnreadableFile(adviceFor(source.bytes) ?? UNKNOWN);
  return await readers[format](source);
};
