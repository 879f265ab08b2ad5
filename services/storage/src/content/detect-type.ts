import { fileTypeFromBuffer } from 'file-type';
import { SaxesParser } from 'saxes';
import type { Examined } from './examine.ts';
import { namedType } from './file-types.ts';
import { isPictureType } from '../picture/picture-task.ts';

/** A byte order mark, and what the text behind it is encoded in. */
const MARKS: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

// tab, line feed, form feed, carriage return are text; other control characters are not
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const CONTROLS = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;

/**
 * The beginning of a content as text, or undefined when it is none. Text without a mark is UTF-8, or one of the old
 * one-byte encodings of Windows, in which many manuscripts are still kept.
 */
export const textOf = ({ head, hasZero }: Pick<Examined, 'head' | 'hasZero'>): string | undefined => {
  const marked = MARKS.find(([mark]) => mark.every((byte, index) => head[index] === byte));
  if (!marked && hasZero) return undefined;
  const text = new TextDecoder(marked?.[1] ?? 'utf-8').decode(head);
  const readable = text.includes('\ufffd') && !marked ? new TextDecoder('windows-1252').decode(head) : text;
  return CONTROLS.test(readable) ? undefined : readable;
};

/** Name of the first element, without its prefix, of something that begins like XML. */
const rootOf = (text: string): string | undefined => {
  const found: { root?: string } = {};
  const parser = new SaxesParser();
  parser.on('opentagstart', ({ name }) => {
    found.root ??= name.replace(/^.*:/, '').toLowerCase();
  });
  // only the way to the first element is of interest; what is wrong behind it is not
  parser.on('error', () => undefined);
  // piece by piece, so that a long text is not read to its end
  for (let at = 0; at < text.length && found.root === undefined; at += 256) parser.write(text.slice(at, at + 256));
  return found.root;
};

/** Text behind white space, comments and processing instructions. Step by step: no pattern that could run away. */
const afterRemarks = (text: string): string => {
  let at = 0;
  for (;;) {
    while (/\s|\ufeff/.test(text.charAt(at))) at += 1;
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
    const end = close === undefined ? -1 : text.indexOf(close, at);
    if (close === undefined || end < 0) return text.slice(at);
    at = end + close.length;
  }
};

const HTML = /^<(!doctype\s{1,20}html|html|head|body|script|iframe)[\s>]/i;

const markupOf = (text: string): string | undefined => {
  const start = afterRemarks(text);
  if (HTML.test(start)) return 'text/html';
  if (!start.startsWith('<')) return undefined;
  const root = rootOf(text.replace(/^[\s\ufeff]+/, ''));
  if (root === 'svg') return 'image/svg+xml';
  return root === 'html' ? 'text/html' : undefined;
};

/** Documents that are ZIP files, by an entry that each of them has. */
const ZIPPED: readonly (readonly [entry: string, type: string])[] = [
  ['META-INF/container.xml', 'application/epub+zip'],
  ['word/document.xml', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
];

const zippedOf = ({ head, tail }: Examined): string =>
  ZIPPED.find(([entry]) => head.includes(entry) || tail.includes(entry))?.[1] ?? 'application/zip';

/** Texts whose first letters are taken for the mark of a binary file: BM, MZ, and the like. */
const isReallyText = (found: string, text: string | undefined): text is string =>
  text !== undefined && !/^(application\/(pdf|postscript|eps|rtf|xml)|text\/)/.test(found) && !text.startsWith('%!');

/** What the first bytes tell. A file on which the library itself fails is a file that nobody knows. */
const magicOf = async (head: Buffer): Promise<string | undefined> => {
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    return undefined;
  }
};

/**
 * What a content is, by looking into it.
 * @returns undefined when nothing that we know is recognised.
 */
export const detectType = async (examined: Examined): Promise<string | undefined> => {
  const text = textOf(examined);
  const found = await magicOf(examined.head);
  const binary = found === undefined || isReallyText(found, text) ? undefined : found;
  if (text !== undefined && (binary === undefined || binary === 'application/xml' || binary.startsWith('text/')))
    return markupOf(text) ?? (binary === 'application/xml' ? undefined : 'text/plain');
  const type = namedType(binary);
  return type === 'application/zip' ? zippedOf(examined) : type;
};

const ZIP_END = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const ZIP_END_BYTES = 22;

/** Whether the end of a content is that of a ZIP file's table, of one that has entries. */
const endsAsZip = (tail: Buffer): boolean => {
  for (let at = tail.indexOf(ZIP_END); at >= 0; at = tail.indexOf(ZIP_END, at + 1)) {
    const record = tail.subarray(at, at + ZIP_END_BYTES);
    // chance makes four such bytes in every ten-thousandth photograph, but not the zeros of the disk numbers as well
    if (record.length === ZIP_END_BYTES && record.readUInt32LE(4) === 0 && record.readUInt16LE(10) > 0) return true;
  }
  return false;
};

/** The beginnings of PDF, HTML and PHP, which their readers look for in the first kilobyte. */
const SECOND_HEAD = /%PDF-|<!doctype html|<html|<script|<\?php/i;
const SECOND_HEAD_BYTES = 1_024;

/**
 * Whether a picture is at the same time something else: it would be shown here as the one, and run elsewhere as the
 * other. Drawings are text, and are looked at by their root element instead.
 */
export const isTwoThings = (type: string, { head, tail }: Pick<Examined, 'head' | 'tail'>): boolean =>
  isPictureType(type) &&
  type !== 'image/svg+xml' &&
  (endsAsZip(tail) || SECOND_HEAD.test(head.subarray(0, SECOND_HEAD_BYTES).toString('latin1')));
