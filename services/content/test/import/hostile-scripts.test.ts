import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { SaxesParser } from 'saxes';
import { toXhtml } from '@authorworks/manuscript/xhtml';
import { describe, expect, it } from 'vitest';
import { compileEpub } from '../../src/compile/formats/epub/compile-epub.ts';
import { cleanSvg } from '../../src/image/clean-svg.ts';
import type { ImportedBook, ImportedNode } from '../../src/import/imported-book.ts';
import { UnreadableFile } from '../../src/import/imported-book.ts';
import { imageOf } from '../compile/pictures.ts';
import { unpack } from '../compile/read-epub-text.ts';
import { bookOf } from '../compile/writing.ts';
import { docxOf, escapeXml, paragraph, run } from './build-docx.ts';
import { epubOf } from './build-epub.ts';
import { read } from './outline.ts';
import { markdownVectors, scriptAddresses, scriptVectors } from './script-vectors.ts';

const BOOK_ELEMENTS = new Set(
  'a aside blockquote br code div em figcaption figure h1 h2 h3 h4 h5 h6 hr img li ol p pre s section span strong sub sup u ul'.split(
    ' ',
  ),
);
const PAGE_ELEMENTS = new Set([...BOOK_ELEMENTS, ...'html head title body nav meta link'.split(' ')]);
const ATTRIBUTES = new Set(
  'href src alt title width height id class start lang xml:lang dir role epub:type aria-label aria-labelledby hidden'.split(
    ' ',
  ),
);
const PAGE_ATTRIBUTES = new Set([...ATTRIBUTES, ...'xmlns xmlns:epub epub:prefix charset rel type'.split(' ')]);
const HREF = /^(?:https?:\/\/|mailto:|#|[\w-]+\.xhtml|(?:\.\.\/)?style\.css$|(?:text\/)?[\w-]+\.xhtml)/;
const SRC = /^(?:file:[\w-]+|\.\.\/images\/[\w-]+\.\w+)$/;

/** Reads what a reader gets as strict XML, and refuses whatever is not known to be harmless. */
const expectHarmless = (xml: string, source: string, isPage = false): void => {
  const [elements, names] = isPage ? [PAGE_ELEMENTS, PAGE_ATTRIBUTES] : [BOOK_ELEMENTS, ATTRIBUTES];
  const parser = new SaxesParser({ xmlns: false, fragment: !isPage });
  parser.on('error', (error) => {
    throw new Error(`${error.message} of ${source}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (!elements.has(name)) throw new Error(`<${name}> of ${source}`);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (!names.has(attribute)) throw new Error(`${attribute}="${value}" of ${source}`);
      if (attribute === 'href' && !HREF.test(value)) throw new Error(`href="${value}" of ${source}`);
      if (attribute === 'src' && !SRC.test(value)) throw new Error(`src="${value}" of ${source}`);
    }
  });
  parser.write(xml).close();
};

/** Nothing of a drawing runs, moves or fetches. */
const expectStill = (svg: string, source: string): void => {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw new Error(`${error.message} of ${source}`);
  });
  parser.on('opentag', ({ local, attributes }) => {
    if (/^(?:script|foreignObject|iframe|handler|listener|set|animate.*)$/i.test(local))
      throw new Error(`<${local}> of ${source}`);
    for (const { local: attribute, value } of Object.values(attributes))
      if (
        /^on/i.test(attribute) ||
        /^\s*(?:[a-z-]+script|data:text)\s*:/i.test(value) ||
        /url\s*\((?!\s*["']?#)/i.test(value)
      )
        throw new Error(`${attribute}="${value}" of ${source}`);
  });
  parser.write(svg).close();
};

/** A text with a vector in it, as each format would bring it. */
const carriers: Readonly<Record<string, (vector: string) => readonly [string, string | Uint8Array]>> = {
  'a web page': (vector) => [
    'a.html',
    `<!DOCTYPE html><html><body><h1>${vector}</h1><p>Safe.</p>${vector}</body></html>`,
  ],
  Markdown: (vector) => [
    'a.md',
    `# Title ${vector.replaceAll('\n', ' ')}\n\nSafe.\n\n${vector}\n\nIn a line ${vector}\n`,
  ],
  'plain text': (vector) => ['a.txt', `CHAPTER I\n\nSafe.\n\n${vector}\n`],
  'an EPUB': (vector) => [
    'a.epub',
    epubOf({
      title: escapeXml(vector),
      metadata: `<dc:description>${escapeXml(vector)}</dc:description><dc:creator>${escapeXml(vector)}</dc:creator>`,
      texts: { 'a.xhtml': `<h1>Title</h1><p>Safe.</p>${vector}` },
      contents: [['a.xhtml', escapeXml(vector)]],
      head: vector,
    }),
  ],
  'a Word document': (vector) => [
    'a.docx',
    docxOf({
      body: `${paragraph(run('Safe.'))}${paragraph(run(vector))}${paragraph(`<w:hyperlink r:id="x">${run('text')}</w:hyperlink><w:hyperlink w:anchor="${escapeXml(vector)}">${run('text')}</w:hyperlink>`)}<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "${escapeXml(vector)}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('text')}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
      relations: [['x', 'hyperlink', vector, true]],
    }),
  ],
};

const docsOf = ({ nodes }: ImportedBook): string[] => {
  const walk = ({ doc, children }: ImportedNode): string[] => [
    ...(doc
      ? [
          ((written) => written.xhtml + written.footnotes.map(({ xhtml }) => xhtml).join(''))(
            toXhtml(doc, { footnotes: 'epub' }),
          ),
        ]
      : []),
    ...children.flatMap(walk),
  ];
  return nodes.flatMap(walk);
};

const vectorsFor = (name: string): readonly string[] =>
  name === 'Markdown' ? [...scriptVectors, ...markdownVectors] : [...scriptVectors, ...scriptAddresses];

describe('a book with scripts in it (fault 20)', () => {
  const shown: string[] = [];
  let imports = 0;

  it('has more than 500 ways to try', () => {
    expect(new Set([...scriptVectors, ...markdownVectors]).size).toBeGreaterThan(500);
  });

  it.each(Object.keys(carriers))(
    'brings nothing that could run to its readers: %s',
    async (name) => {
      const carry = carriers[name];
      for (const vector of vectorsFor(name)) {
        const [fileName, bytes] = carry?.(vector) ?? ['', ''];
        let book: ImportedBook;
        try {
          book = await read(fileName, bytes);
        } catch (error) {
          // a vector may swallow the whole text; then there is nothing to read
          if (error instanceof UnreadableFile) continue;
          throw error;
        }
        imports += 1;
        const texts = docsOf(book);
        for (const text of texts) expectHarmless(text, vector);
        shown.push(...texts);
        for (const { bytes: picture, contentType } of book.images)
          if (contentType === 'image/svg+xml')
            expect(Buffer.from(picture).toString()).not.toMatch(/<script|\son\w+=|javascript:/i);
      }
    },
    240_000,
  );

  it('is an EPUB without anything that runs, whatever its titles and texts are', async () => {
    for (const name of Object.keys(carriers)) {
      const nodes: ImportedNode[] = [];
      for (const vector of vectorsFor(name).filter((_, index) => index % 3 === 0)) {
        const [fileName, bytes] = carriers[name]?.(vector) ?? ['', ''];
        const book = await read(fileName, bytes).catch(() => null);
        nodes.push(...(book?.nodes ?? []), { kind: 'chapter', title: vector, matter: 'body', doc: null, children: [] });
      }
      const [title = ''] = scriptVectors;
      const { bytes } = await compileEpub(
        bookOf(nodes, { title, authorName: title, description: title, images: [imageOf('x', title)] }),
      );
      for (const [path, content] of await unpack(bytes))
        if (path.endsWith('.xhtml')) expectHarmless(content.toString(), path, true);
    }
  }, 240_000);

  it('has drawings without anything that runs', () => {
    for (const vector of vectorsFor('')) {
      const clean = cleanSvg(
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${vector}<rect/></svg>`,
      );
      if (clean) expectStill(clean.svg, vector);
    }
  });

  it('runs nothing in a real browser', async () => {
    expect(imports).toBeGreaterThan(1_000);
    const folder = await mkdtemp(join(tmpdir(), 'authorworks-browser-'));
    const page = join(folder, 'page.html');
    // what would run is `run()`; a link that runs something is as bad as one that ran
    const watch = `let hits = 0; const run = () => { hits += 1; }; window.alert = run; window.run = run;
      addEventListener('load', () => { for (const a of document.querySelectorAll('a')) if (!['http:','https:','mailto:','file:'].includes(a.protocol)) run();
      document.title = 'ran ' + hits + ' of ' + document.querySelectorAll('article').length; });`;
    const articles = shown.map((text) => `<article>${text}</article>`).join('\n');
    const write = async (body: string): Promise<void> =>
      await writeFile(page, `<!DOCTYPE html><meta charset="utf-8"><script>${watch}</script>${body}`);
    const open = async (): Promise<string | undefined> => {
      const options = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--virtual-time-budget=5000',
        `--user-data-dir=${join(folder, 'profile')}`,
      ];
      const { stdout } = await promisify(execFile)('chromium', [...options, '--dump-dom', pathToFileURL(page).href], {
        maxBuffer: 2 ** 28,
      });
      return /<title>(ran [^<]*)<\/title>/.exec(stdout)?.[1];
    };
    try {
      await write(`${articles}<article><img src=x onerror="run()"><a href="javascript:run()">x</a></article>`);
      expect(await open(), 'the browser would notice').toBe(`ran 2 of ${shown.length + 1}`);
      await write(articles);
      expect(await open()).toBe(`ran 0 of ${shown.length}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 240_000);
});
