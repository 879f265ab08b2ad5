/** The text of a file, and what had to be done to read it. */
export interface DecodedText {
  readonly text: string;
  /** The file does not say its encoding, and is not UTF-8. */
  readonly isGuessed: boolean;
  /** Some bytes mean nothing in the encoding that the file has. */
  readonly isDamaged: boolean;
}

const HEAD_BYTES = 1_024;
/** Share of NULs among every other byte of a text that is UTF-16 without a mark. */
const NUL_SHARE = 0.3;
const UTF8 = 'utf-8';
const WINDOWS = 'windows-1252';

/** In XML's first line, a `charset` of HTML, or CSS. */
const DECLARED = /(?:^\s*<\?xml[^>]*?\sencoding|charset)\s*=?\s*["']?\s*([\w.:-]{2,40})/i;

const startsWith = (bytes: Uint8Array, ...mark: number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

const nulShare = (head: Uint8Array, offset: number): number => {
  let nuls = 0;
  for (let index = offset; index < head.length; index += 2) if (head[index] === 0) nuls += 1;
  return (nuls * 2) / Math.max(2, head.length);
};

const utf16Of = (bytes: Uint8Array): string | null => {
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le';
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be';
  const head = bytes.subarray(0, HEAD_BYTES);
  if (nulShare(head, 1) > NUL_SHARE && nulShare(head, 0) < NUL_SHARE / 3) return 'utf-16le';
  return nulShare(head, 0) > NUL_SHARE && nulShare(head, 1) < NUL_SHARE / 3 ? 'utf-16be' : null;
};

const tryDecode = (bytes: Uint8Array, label: string): string | null => {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const isUtf8Name = (label: string): boolean => /^utf-?8$/i.test(label);

/** The encoding that a markup file says it has, if that is one of those that browsers know. */
const declaredIn = (bytes: Uint8Array): string | null => {
  const head = new TextDecoder(WINDOWS).decode(bytes.subarray(0, HEAD_BYTES));
  const label = DECLARED.exec(head)?.[1];
  if (label === undefined || isUtf8Name(label) || /^utf-?16/i.test(label)) return null;
  return tryDecode(new Uint8Array(), label) === null ? null : label;
};

const REPLACEMENT = '\ufffd';

/**
 * Decodes a text: UTF-16 and UTF-8 by their marks or their looks, else by what a markup file says, else UTF-8, else
 * Windows-1252, as browsers do (WHATWG Encoding Standard). Never throws.
 */
export const decodeText = (bytes: Uint8Array, kind: 'markup' | 'plain' = 'plain'): DecodedText => {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) {
    const text = new TextDecoder(utf16).decode(bytes);
    return { text, isGuessed: false, isDamaged: text.includes(REPLACEMENT) };
  }
  const declared = kind === 'markup' && !startsWith(bytes, 0xef, 0xbb, 0xbf) ? declaredIn(bytes) : null;
  if (declared !== null) {
    // files that call themselves Latin-1 and are UTF-8 are common; the other way round there is hardly any text
    const text = tryDecode(bytes, UTF8) ?? new TextDecoder(declared).decode(bytes);
    return { text, isGuessed: false, isDamaged: false };
  }
  const text = tryDecode(bytes, UTF8);
  if (text !== null) return { text, isGuessed: false, isDamaged: false };
  // one broken letter in a long UTF-8 text is damage, not another encoding
  const lenient = new TextDecoder(UTF8).decode(bytes);
  const broken = lenient.split(REPLACEMENT).length - 1;
  const foreign = lenient.length - lenient.replaceAll(/[\u0080-\uffef]/g, '').length;
  if (foreign > broken * 20) return { text: lenient, isGuessed: false, isDamaged: true };
  return { text: new TextDecoder(WINDOWS).decode(bytes), isGuessed: true, isDamaged: false };
};
