/** Kinds of pictures that books can show, by the first bytes of each. */
const MAGIC: readonly { readonly type: string; readonly at: number; readonly bytes: string }[] = [
  { type: 'image/jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { type: 'image/png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { type: 'image/gif', at: 0, bytes: 'GIF8' },
  { type: 'image/webp', at: 8, bytes: 'WEBP' },
  { type: 'image/avif', at: 4, bytes: 'ftypavi' },
];
const SVG_LOOK = 4_096;

/** The type of a picture, whatever it is called; null for what is no picture that books can show. */
export const imageTypeOf = (bytes: Uint8Array): string | null => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  const found = MAGIC.find(({ at, bytes: magic }) => head.startsWith(magic, at));
  if (found) return found.type;
  const text = new TextDecoder(head.startsWith('\xff\xfe') ? 'utf-16le' : 'utf-8').decode(bytes.subarray(0, SVG_LOOK));
  const isMarkup = /^\s*(?:\ufeff)?\s*</.test(text);
  return isMarkup && /<(?:[a-z]+:)?svg[\s>]/i.test(text) ? 'image/svg+xml' : null;
};

const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/svg+xml': 'svg',
};

/** The usual ending of file names, without a dot. */
export const endingOfType = (type: string): string => ENDINGS[type] ?? 'bin';
