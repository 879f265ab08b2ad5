import { type Zippable, zipSync } from 'fflate';

export interface PackedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** Compressed already: trying again costs time and saves nothing. */
const PACKED = /\.(?:jpg|png|gif|webp)$/;
const LEVEL = 6;

const CONTAINER = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
`;

/**
 * The container of a book (EPUB 3.3, 4): its kind comes first and is not compressed, so that it can be told by its first
 * bytes. The same files give the same bytes on every machine.
 */
export const packEpub = (files: readonly PackedFile[]): Uint8Array => {
  const encoder = new TextEncoder();
  // the first day that an archive can name; archives keep local times, so the bytes are the same in every zone
  const mtime = new Date(1980, 0, 1);
  const archive: Zippable = {
    mimetype: [encoder.encode('application/epub+zip'), { level: 0, mtime }],
    'META-INF/container.xml': [encoder.encode(CONTAINER), { level: LEVEL, mtime }],
  };
  for (const { path, content } of files) {
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    archive[`EPUB/${path}`] = [bytes, { level: PACKED.test(path) ? 0 : LEVEL, mtime }];
  }
  return zipSync(archive);
};
