/** Kinds of files that content can bring in, by the ending of their names. */
export const BOOK_FILE_ENDINGS = ['epub', 'docx', 'md', 'markdown', 'html', 'htm', 'xhtml', 'txt', 'text'] as const;
/** Value of a file input's `accept`. */
export const BOOK_FILE_ACCEPT = BOOK_FILE_ENDINGS.map((ending) => `.${ending}`).join(',');
/** As the server allows. */
const MAX_BYTES = 100 * 1024 * 1024;

export type FileProblem = 'wrongKind' | 'tooLarge' | 'emptyFile';

/** What is wrong with a file before it is sent; undefined when it may be tried. */
export const problemOfFile = ({ name, size }: Pick<File, 'name' | 'size'>): FileProblem | undefined => {
  const ending = name.split('.').at(-1)?.toLowerCase();
  if (!BOOK_FILE_ENDINGS.some((known) => known === ending)) return 'wrongKind';
  if (size === 0) return 'emptyFile';
  return size > MAX_BYTES ? 'tooLarge' : undefined;
};
