import { strToU8, type Zippable, zipSync } from 'fflate';

export interface EpubSketch {
  readonly version?: 2 | 3;
  readonly title?: string;
  readonly language?: string;
  /** More of the package's metadata. */
  readonly metadata?: string;
  /** Bodies of the texts, in reading order, by their file names. */
  readonly texts: Readonly<Record<string, string>>;
  /** Titles of the contents list, by addresses. */
  readonly contents?: readonly (readonly [href: string, title: string])[];
  /** Put into the head of each text. */
  readonly head?: string;
  /** Other files of the book with their media types, by paths from the package document. */
  readonly files?: Readonly<Record<string, readonly [mediaType: string, content: string | Uint8Array]>>;
  /** Put before the package document: a DTD, say. */
  readonly packageProlog?: string;
  /** Put before each text. */
  readonly textProlog?: string;
}

export const CONTAINER =
  '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>';

const XHTML = 'application/xhtml+xml';

/** An XHTML page as books have them. */
export const pageOf = (body: string, head = '', prolog = '<!DOCTYPE html>'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${prolog}\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title>${head}</head><body>${body}</body></html>`;

/** The files of an EPUB by their paths. */
export const epubFiles = (sketch: EpubSketch): Record<string, string | Uint8Array> => {
  const { version = 3, title = 'A Book', language = 'en', metadata = '', texts, files = {}, head = '' } = sketch;
  const contents = sketch.contents ?? Object.keys(texts).map((href, index) => [href, `Chapter ${index + 1}`] as const);
  const items = [
    ...Object.keys(texts).map((href, index) => `<item id="t${index}" href="${href}" media-type="${XHTML}"/>`),
    ...Object.entries(files).map(
      ([href, [type]], index) => `<item id="f${index}" href="${href}" media-type="${type}"/>`,
    ),
    version === 3
      ? `<item id="nav" href="nav.xhtml" media-type="${XHTML}" properties="nav"/>`
      : '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
  ];
  const spine = Object.keys(texts).map((_, index) => `<itemref idref="t${index}"/>`);
  const opf = `<?xml version="1.0"?>${sketch.packageProlog ?? ''}<package xmlns="http://www.idpf.org/2007/opf" version="${version}.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"><dc:identifier id="id">x</dc:identifier><dc:title>${title}</dc:title><dc:language>${language}</dc:language>${metadata}</metadata><manifest>${items.join('')}</manifest><spine${version === 2 ? ' toc="ncx"' : ''}>${spine.join('')}</spine></package>`;
  const lines = contents.map(([href, name]) => `<li><a href="${href}">${name}</a></li>`).join('');
  const points = contents
    .map(([href, name]) => `<navPoint><navLabel><text>${name}</text></navLabel><content src="${href}"/></navPoint>`)
    .join('');
  const made: Record<string, string | Uint8Array> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': CONTAINER,
    'OPS/book.opf': opf,
    ...(version === 3
      ? { 'OPS/nav.xhtml': pageOf(`<nav epub:type="toc"><ol>${lines}</ol></nav>`) }
      : {
          'OPS/toc.ncx': `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><navMap>${points}</navMap></ncx>`,
        }),
  };
  for (const [href, body] of Object.entries(texts)) made[`OPS/${href}`] = pageOf(body, head, sketch.textProlog);
  for (const [href, [, content]] of Object.entries(files)) made[`OPS/${href}`] = content;
  return made;
};

export const zipOf = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array => {
  const archive: Zippable = {};
  for (const [path, content] of Object.entries(files))
    archive[path] = [typeof content === 'string' ? strToU8(content) : content, { level: path === 'mimetype' ? 0 : 6 }];
  return zipSync(archive);
};

export const epubOf = (sketch: EpubSketch): Uint8Array => zipOf(epubFiles(sketch));
