import type { BookReader, SourceFormat } from '../imported-book.ts';
import { looksLikeText } from '../text-encoding.ts';
import { readMarkdownBook } from './markdown.ts';
import { readTextBook } from './text.ts';

/** How one format is known and read. */
interface ReaderEntry {
  readonly format: SourceFormat;
  readonly read: BookReader;
  /** Whether a file is of this format, by its first 4 KiB and the ending of its name, in small letters without a dot. */
  readonly knows: (head: Uint8Array, ending: string) => boolean;
}

/** Every format that a book can be read from, in the order in which they are asked. A new one is a file beside this and a line here. */
const readers: readonly ReaderEntry[] = [
  {
    format: 'markdown',
    read: readMarkdownBook,
    knows: (head, ending) => ['md', 'markdown', 'mdown', 'mkd'].includes(ending) && looksLikeText(head),
  },
  {
    format: 'text',
    read: readTextBook,
    knows: (head, ending) => ['txt', 'text', ''].includes(ending) && looksLikeText(head),
  },
];

/** How many bytes of a file are looked at to know its format. */
export const HEAD_BYTES = 4_096;

const endingOf = (fileName: string): string => /\.([^.]{1,16})$/.exec(fileName)?.[1]?.toLowerCase() ?? '';

/** The reader of a file; undefined when no format knows it. */
export const findReader = (head: Uint8Array, fileName: string): ReaderEntry | undefined =>
  readers.find(({ knows }) => knows(head.subarray(0, HEAD_BYTES), endingOf(fileName)));
