import { decodeText } from './decode-text.ts';

/** What a file is, as far as its beginning tells. */
export type DetectedFormat = 'zip' | 'html' | 'markdown' | 'text';

/** How many bytes of a file are looked at to know its format. */
export const HEAD_BYTES = 4_096;

/** Kinds of files that people keep books in and that are not read here, by their first bytes, and what to do with them. */
const OTHERS: readonly { readonly at?: number; readonly bytes: string; readonly advice: string }[] = [
  {
    bytes: '%PDF',
    advice: 'It is a PDF, which holds pages and no text that could be edited. Send the document that it was made from.',
  },
  {
    bytes: '\xd0\xcf\x11\xe0',
    advice:
      'It is an old Word document (DOC), or one that is locked with a password. Save it as DOCX without a password and send that.',
  },
  { bytes: '{\\rtf', advice: 'It is an RTF document. Save it as DOCX and send that.' },
  { at: 60, bytes: 'BOOKMOBI', advice: 'It is a Kindle book (MOBI or AZW). Convert it to EPUB and send that.' },
  { bytes: 'Rar!', advice: 'It is a RAR archive. Unpack it and send the book that is in it.' },
  { bytes: '7z\xbc\xaf', advice: 'It is a 7-Zip archive. Unpack it and send the book that is in it.' },
  { bytes: '\x1f\x8b', advice: 'It is a compressed file (gzip). Unpack it and send the book that is in it.' },
  { bytes: '\x89PNG', advice: 'It is a picture, not a book.' },
  { bytes: '\xff\xd8\xff', advice: 'It is a picture, not a book.' },
];

const ZIP = 'PK\x03\x04';
const EMPTY_ZIP = 'PK\x05\x06';

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Control characters that no text has. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const BINARY = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

const HTML_START =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])/i;
const HTML_FRAGMENT = /^\s*<(?:p|div|h[1-6]|section|article|main|title|meta)[\s>]/i;

const MARKDOWN_SIGNS: readonly RegExp[] = [
  /^---[ \t]*\r?\n[\s\S]{0,3000}?^(?:title|author|lang)[ \t]*:/m,
  /^#{1,4} \S/m,
  /^[^\n]+\n(?:={3,}|-{3,})[ \t]*$/m,
  /\[[^\]\n]{1,200}\]\([^)\s]{1,500}\)/,
  /(?:^|\s)\*\*?[^\s*][^*\n]{0,200}\*\*?(?=[\s.,;:!?]|$)/m,
  /\[\^[^\]\s]{1,50}\]/,
  /^> \S/m,
  /^```/m,
];
const SIGNS_NEEDED = 2;

const MARKDOWN_ENDINGS = new Set(['md', 'markdown', 'mdown', 'mkd', 'mkdn', 'qmd', 'rmd']);
const HTML_ENDINGS = new Set(['html', 'htm', 'xhtml', 'xht', 'shtml']);
const TEXT_ENDINGS = new Set(['txt', 'text', 'asc']);

const endingOf = (fileName: string): string => /\.([^.]{1,16})$/.exec(fileName)?.[1]?.toLowerCase() ?? '';

/** Plain text is Markdown when it shows it in more than one way; what its author calls text needs more to be something else. */
const looksLikeMarkdown = (text: string, ending: string): boolean => {
  const signs = MARKDOWN_SIGNS.filter((sign) => sign.test(text)).length;
  return signs >= (TEXT_ENDINGS.has(ending) ? SIGNS_NEEDED + 1 : SIGNS_NEEDED);
};

/** What to do with a file of a known kind that is not read here; null for other files. */
export const adviceFor = (head: Uint8Array): string | null => {
  const start = latin1(head.subarray(0, HEAD_BYTES));
  return OTHERS.find(({ at = 0, bytes }) => start.startsWith(bytes, at))?.advice ?? null;
};

/**
 * What a file is, by its first bytes; its name decides only between kinds of text. Null for what is none of the formats
 * that are read here.
 */
export const detectFormat = (head: Uint8Array, fileName: string): DetectedFormat | null => {
  const bytes = head.subarray(0, HEAD_BYTES);
  const start = latin1(bytes);
  if (start.startsWith(ZIP) || start.startsWith(EMPTY_ZIP)) return 'zip';
  if (adviceFor(bytes) !== null) return null;
  // the last letter may be cut in two
  const { text } = decodeText(
    bytes.length < HEAD_BYTES ? bytes : bytes.subarray(0, HEAD_BYTES - (HEAD_BYTES % 4) - 4),
    'plain',
  );
  if (BINARY.test(text)) return null;
  const ending = endingOf(fileName);
  if (HTML_START.test(text)) return 'html';
  if (MARKDOWN_ENDINGS.has(ending)) return 'markdown';
  if (HTML_ENDINGS.has(ending) || (HTML_FRAGMENT.test(text) && !TEXT_ENDINGS.has(ending))) return 'html';
  return looksLikeMarkdown(text, ending) ? 'markdown' : 'text';
};
