import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { root } from './lib.ts';

/** Small deterministic generator (mulberry32), so that every run has the same book. */
const randomOf = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Sentences of the sample novel, to build a long one from. */
const sentences = (): string[] => {
  const markdown = readFileSync(join(root, 'test', 'sample-novel', 'the-tide-clerk.md'), 'utf8');
  const plain = markdown.replace(/^---[\s\S]*?---/, '').replaceAll(/[*_#>]|\[\^\w+\]:?|!\[[^\n]*|<[^>]+>/g, '');
  return [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(plain)]
    .map(({ segment }) => segment.replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text.length > 20);
};

export interface LongNovel {
  readonly chapters: readonly { readonly title: string; readonly xhtml: string }[];
  readonly words: number;
}

/** A novel of about `words` words in 40 chapters, with emphasis, scene breaks and footnotes as books have them. */
export const longNovel = (words: number): LongNovel => {
  const random = randomOf(20_261_122);
  const pool = sentences();
  const chapterCount = 40;
  let total = 0;
  const chapters = Array.from({ length: chapterCount }, (_, index) => {
    const title = `Chapter ${index + 1}: ${(pool[Math.floor(random() * pool.length)] ?? '')
      .split(' ')
      .slice(0, 4)
      .join(' ')
      .replaceAll(/[^\p{L} ]/gu, '')}`;
    const body: string[] = [];
    const notes: string[] = [];
    for (let count = 0; count < words / chapterCount; ) {
      const paragraph = Array.from(
        { length: 2 + Math.floor(random() * 5) },
        () => pool[Math.floor(random() * pool.length)] ?? '',
      ).join(' ');
      count += paragraph.split(' ').length;
      total += paragraph.split(' ').length;
      let html = escape(paragraph).replace(/ (\w{4,}) /, (whole, word: string) =>
        random() < 0.3 ? ` <em>${word}</em> ` : whole,
      );
      if (random() < 0.02) {
        const id = `n${index}-${notes.length}`;
        html += `<a href="#${id}" id="r-${id}" epub:type="noteref">${notes.length + 1}</a>`;
        notes.push(
          `<aside epub:type="footnote" id="${id}"><p>${escape(pool[Math.floor(random() * pool.length)] ?? '')}</p></aside>`,
        );
      }
      body.push(`<p>${html}</p>`);
      if (random() < 0.02) body.push('<hr/>');
    }
    return {
      title,
      xhtml: `<section epub:type="chapter"><h1>${escape(title)}</h1>${body.join('\n')}${notes.join('')}</section>`,
    };
  });
  return { chapters, words: total };
};

const page = (title: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en"><head><title>${escape(title)}</title></head><body>${body}</body></html>`;

/** The novel as an EPUB 3 that no tool under test has made. */
export const novelEpub = ({ chapters }: LongNovel): Uint8Array => {
  const items = chapters
    .map((_, index) => `<item id="c${index}" href="c${index}.xhtml" media-type="application/xhtml+xml"/>`)
    .join('');
  const spine = chapters.map((_, index) => `<itemref idref="c${index}"/>`).join('');
  const nav = chapters.map(({ title }, index) => `<li><a href="c${index}.xhtml">${escape(title)}</a></li>`).join('');
  const opf = `<?xml version="1.0" encoding="UTF-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:uuid:0193a6b4-0000-7000-8000-000000000001</dc:identifier><dc:title>A Long Tide</dc:title><dc:language>en</dc:language><dc:creator>Maud Ferrier</dc:creator><meta property="dcterms:modified">2026-11-22T00:00:00Z</meta></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>${items}</manifest><spine>${spine}</spine></package>`;
  const files: Record<string, Uint8Array | [Uint8Array, { level: 0 }]> = {
    mimetype: [strToU8('application/epub+zip'), { level: 0 }],
    'META-INF/container.xml': strToU8(
      '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    ),
    'OEBPS/content.opf': strToU8(opf),
    'OEBPS/nav.xhtml': strToU8(page('Contents', `<nav epub:type="toc"><h1>Contents</h1><ol>${nav}</ol></nav>`)),
  };
  for (const [index, { title, xhtml }] of chapters.entries())
    files[`OEBPS/c${index}.xhtml`] = strToU8(page(title, xhtml));
  return zipSync(files);
};
