import type { FilePurpose } from '@authorworks/contracts';

/** A type of file that the house knows. */
export interface FileType {
  /** Names of it that programs and browsers send, beside its own. */
  readonly aliases?: readonly string[];
  /** Extensions of file names, the usual one first. */
  readonly extensions: readonly string[];
  /** Whether a browser may show it in its own window. What can carry scripts may not. */
  readonly inline: boolean;
  /** The Content-Type header, where it says more than the type. */
  readonly header?: string;
}

const picture = (extensions: readonly string[], aliases: readonly string[] = []): FileType => ({
  extensions,
  aliases,
  inline: true,
});
const download = (extensions: readonly string[], aliases: readonly string[] = []): FileType => ({
  extensions,
  aliases,
  inline: false,
});

/** All types that are taken for any purpose, by the name under which they are kept. */
export const fileTypes: Readonly<Record<string, FileType>> = {
  'image/jpeg': picture(['jpg', 'jpeg', 'jpe', 'jfif'], ['image/jpg', 'image/pjpeg']),
  'image/png': picture(['png', 'apng'], ['image/x-png', 'image/apng']),
  'image/gif': picture(['gif']),
  'image/webp': picture(['webp']),
  'image/avif': picture(['avif']),
  'image/svg+xml': download(['svg'], ['image/svg']),
  'application/epub+zip': download(['epub']),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': download(['docx']),
  'application/vnd.oasis.opendocument.text': download(['odt']),
  'application/pdf': download(['pdf'], ['application/x-pdf']),
  'application/zip': download(['zip'], ['application/x-zip-compressed', 'application/x-zip']),
  'text/markdown': {
    ...download(['md', 'markdown', 'mdown'], ['text/x-markdown']),
    header: 'text/markdown; charset=utf-8',
  },
  'text/plain': { ...download(['txt', 'text']), inline: true, header: 'text/plain; charset=utf-8' },
  // never as HTML: whatever asks for it gets bytes
  'text/html': { ...download(['html', 'htm', 'xhtml'], ['application/xhtml+xml']), header: 'application/octet-stream' },
  'font/ttf': download(
    ['ttf'],
    ['application/x-font-ttf', 'application/font-sfnt', 'font/sfnt', 'application/x-font-truetype'],
  ),
  'font/otf': download(
    ['otf'],
    ['application/x-font-otf', 'application/vnd.ms-opentype', 'application/x-font-opentype'],
  ),
  'font/woff': download(['woff'], ['application/font-woff', 'application/x-font-woff']),
  'font/woff2': download(['woff2'], ['application/font-woff2']),
  'audio/mpeg': picture(['mp3'], ['audio/mp3', 'audio/x-mp3', 'audio/mpeg3']),
  'audio/mp4': picture(['m4a', 'm4b'], ['audio/x-m4a', 'audio/m4a', 'audio/x-m4b', 'audio/m4b']),
  'audio/aac': picture(['aac'], ['audio/x-aac', 'audio/aacp']),
  'audio/ogg': picture(['ogg', 'oga', 'opus'], ['application/ogg', 'audio/opus', 'audio/x-opus+ogg', 'audio/vorbis']),
  'audio/flac': picture(['flac'], ['audio/x-flac']),
  'audio/wav': picture(['wav'], ['audio/x-wav', 'audio/wave', 'audio/vnd.wave']),
  'video/mp4': picture(['mp4', 'm4v'], ['video/x-m4v']),
  'video/webm': picture(['webm'], ['audio/webm']),
};

const pictures = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml'];
const books = [
  'application/epub+zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.oasis.opendocument.text',
  'text/markdown',
  'text/plain',
  'text/html',
];
const fonts = ['font/ttf', 'font/otf', 'font/woff', 'font/woff2'];
const audio = ['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/flac', 'audio/wav'];

const MIB = 1024 * 1024;

export interface PurposeRule {
  readonly types: readonly string[];
  readonly maxBytes: number;
}

/** Which types and sizes are taken for what. */
export const purposeRules: Readonly<Record<FilePurpose, PurposeRule>> = {
  image: { types: pictures, maxBytes: 32 * MIB },
  cover: { types: pictures, maxBytes: 64 * MIB },
  book: { types: books, maxBytes: 256 * MIB },
  font: { types: fonts, maxBytes: 32 * MIB },
  audio: { types: audio, maxBytes: 2048 * MIB },
  attachment: { types: Object.keys(fileTypes), maxBytes: 512 * MIB },
  export: { types: [...books, 'application/pdf', 'application/zip'], maxBytes: 512 * MIB },
};

/** What programs send when they know nothing. */
const UNKNOWN = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/x-download']);

const byAlias = new Map(
  Object.entries(fileTypes).flatMap(([type, { aliases = [] }]) => [type, ...aliases].map((name) => [name, type])),
);
const byExtension = new Map(
  Object.entries(fileTypes).flatMap(([type, { extensions }]) => extensions.map((name) => [name, type])),
);

/** The house's name of a declared type: undefined when nothing was declared; a type we do not know stays as it is. */
export const namedType = (declared: string | null | undefined): string | undefined => {
  const bare = (declared ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return UNKNOWN.has(bare) ? undefined : (byAlias.get(bare) ?? bare);
};

/** The type that a file name's extension tells, where we know it. */
export const typeOfName = (name: string): string | undefined =>
  byExtension.get(/\.([a-z0-9]{1,12})$/i.exec(name)?.[1]?.toLowerCase() ?? '');

/** `name` with an extension that fits its type, so that saving it cannot make another kind of file of it. */
export const nameFor = (name: string, type: string): string => {
  const known = fileTypes[type];
  if (known && typeOfName(name) === type) return name;
  const extension = known?.extensions[0] ?? 'bin';
  return `${name}.${extension}`;
};
