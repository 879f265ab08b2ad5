import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyManuscript } from '../../../../packages/manuscript/test/arbitrary-manuscript.ts';
import { compileEpub } from '../../src/compile/formats/epub/compile-epub.ts';
import { UnreadableFile } from '../../src/import/imported-book.ts';
import { pictureOf, SVG } from '../compile/pictures.ts';
import { bookOf, chapter, fn, image, p, scene, sceneBreak, text } from '../compile/writing.ts';
import { docxFiles, drawing, HEADINGS, paragraph, run } from './build-docx.ts';
import { epubFiles, zipOf } from './build-epub.ts';
import { read, refusal } from './outline.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const epub = async (): Promise<Files> =>
  epubFiles({
    version: 2,
    texts: {
      'one.xhtml':
        '<h1>One</h1><p>It was <i>dark</i>.<a href="two.xhtml#n1">1</a></p><hr/><p lang="fr">La mer.</p><img src="p.png" alt="x"/>',
      'two.xhtml':
        '<h2>Notes</h2><p id="n1">1. A note. <a href="one.xhtml">back</a></p><table><tr><td>a</td></tr></table><svg/>',
    },
    head: '<link rel="stylesheet" href="s.css"/>',
    files: {
      'p.png': ['image/png', await pictureOf('png')],
      's.svg': ['image/svg+xml', SVG],
      's.css': ['text/css', 'p { font-style: italic }'],
    },
  });

const docx = async (): Promise<Files> =>
  docxFiles({
    styles: HEADINGS,
    relations: [['p', 'image', 'media/p.png']],
    media: { 'p.png': await pictureOf('png') },
    footnotes: `<w:footnote w:id="2">${paragraph(run('A note.'))}</w:footnote>`,
    body:
      paragraph(run('One'), 'Heading1') +
      paragraph(`${run('It was ')}${run('dark', '<w:i/>')}<w:r><w:footnoteReference w:id="2"/></w:r>`) +
      paragraph(drawing('p', 'x')) +
      `<w:tbl><w:tr><w:tc>${paragraph(run('cell'))}</w:tc></w:tr></w:tbl>` +
      `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://example.com"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
  });

const html =
  '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><h1>One</h1><p>It was <em>dark</em> &amp; “cold”.</p><blockquote><p>x</p></blockquote><ol><li>a</li></ol></body></html>';
const markdown =
  '---\ntitle: "T"\nauthor: [a, b]\n---\n\n# One\n\nIt was *dark*.[^1]\n\n> x\n\n* * *\n\n1. a\n\n[^1]: A note.\n';
const plain = 'CHAPTER I\n\nIt was “dark” — and cold.\n\n* * *\n\n    A line\n    of verse\n';

/** A book or a reason: nothing else may come of a file. @returns which of them. */
const outcome = async (fileName: string, bytes: Uint8Array): Promise<'book' | 'reason'> => {
  try {
    await read(fileName, bytes);
    return 'book';
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    expect(error.message).toMatch(/\.$/);
    return 'reason';
  }
};

/** Some of the bytes are others. */
const damage = (bytes: Uint8Array, places: readonly (readonly [number, number])[]): Uint8Array => {
  const damaged = new Uint8Array(bytes);
  for (const [place, value] of places) damaged[Math.floor(place * damaged.length)] = value;
  return damaged;
};
const places = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 0, max: 255 })),
  {
    minLength: 1,
    maxLength: 12,
  },
);

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** On a machine that has other things to do. */
const PATIENCE_MS = 300_000;

describe('a file that is broken', { timeout: PATIENCE_MS }, () => {
  const whole: Readonly<Record<string, () => Promise<Uint8Array>>> = {
    'a.epub': async () => zipOf(await epub()),
    'a.docx': async () => zipOf(await docx()),
    'a.html': async () => bytesOf(html),
    'a.md': async () => bytesOf(markdown),
    'a.txt': async () => bytesOf(plain),
  };
  const packed: Readonly<Record<string, () => Promise<Files>>> = { 'a.epub': epub, 'a.docx': docx };

  it.each(Object.keys(whole))('is a book when it is whole: %s', async (name) => {
    expect(await outcome(name, (await whole[name]?.()) ?? new Uint8Array())).toBe('book');
  });

  it.each(Object.keys(whole))('by ending anywhere is a book or a reason: %s', async (name) => {
    const bytes = (await whole[name]?.()) ?? new Uint8Array();
    const step = Math.max(1, Math.floor(bytes.length / 400));
    for (let end = 0; end < bytes.length; end += step) await outcome(name, bytes.subarray(0, end));
  });

  it.each(Object.keys(whole))('by bytes that are others is a book or a reason: %s', async (name) => {
    const bytes = (await whole[name]?.()) ?? new Uint8Array();
    await fc.assert(
      fc.asyncProperty(places, async (others) => void (await outcome(name, damage(bytes, others)))),
      { numRuns: 600 },
    );
  });

  it.each(Object.keys(packed))('within its archive is a book or a reason: %s', async (name) => {
    const files = (await packed[name]?.()) ?? {};
    const paths = Object.keys(files);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), places, fc.boolean(), async (path, others, isCut) => {
        const content = damage(bytesOf(files[path] ?? ''), others);
        const [[cut] = [0]] = others;
        const broken = isCut ? content.subarray(0, Math.floor(cut * content.length)) : content;
        await outcome(name, zipOf({ ...files, [path]: broken }));
      }),
      { numRuns: 600 },
    );
  });

  it('without one of its parts is a book or a reason', async () => {
    for (const [name, make] of Object.entries(packed)) {
      const files = await make();
      for (const path of Object.keys(files)) {
        const { [path]: _, ...others } = files;
        await outcome(name, zipOf(others));
        await outcome(name, zipOf({ ...files, [path]: '' }));
        await outcome(name, zipOf({ ...files, [path]: '<a>'.repeat(50_000) }));
      }
    }
  });

  it('may be nonsense of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.constantFrom('a.epub', 'a.docx', 'a.html', 'a.md', 'a.txt', 'a', 'a.pdf', ''),
        fc.constantFrom('', 'PK\u0003\u0004', '<html>', '---\n', '%PDF', '{\\rtf1', '\u00ff\u00fe'),
        async (bytes, name, head) => void (await outcome(name, Buffer.concat([Buffer.from(head, 'latin1'), bytes]))),
      ),
      { numRuns: 1_000 },
    );
  });

  it('is told apart from what is no book, with advice', async () => {
    expect(await refusal('a.pdf', '%PDF-1.7')).toContain('It is a PDF');
    expect(await refusal('a.doc', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]))).toContain('old Word document');
    expect(await refusal('a.rtf', '{\\rtf1 x}')).toContain('RTF');
    expect(await refusal('a.zip', zipOf({ 'novel.docx': 'x' }))).toContain('send “novel.docx”');
    expect(await refusal('a.odt', zipOf({ mimetype: 'application/vnd.oasis.opendocument.text' }))).toContain('ODT');
    expect(await refusal('a.xlsx', zipOf({ '[Content_Types].xml': '<a/>', 'xl/workbook.xml': '<a/>' }))).toContain(
      'spreadsheet',
    );
  });
});

describe('an EPUB', { timeout: PATIENCE_MS }, () => {
  it('that the house made of any manuscript is read again', async () => {
    await fc.assert(
      fc.asyncProperty(anyManuscript, async (doc) => {
        const { bytes } = await compileEpub(bookOf([chapter('One', { kind: 'scene', doc }, scene(p('Text.')))]));
        expect(await outcome('a.epub', bytes)).toBe('book');
      }),
      { numRuns: 150 },
    );
  });

  it('of hostile depth or length is read in bounded time', async () => {
    const deep = `${'<div><blockquote>'.repeat(20_000)}<p>Deep.</p>`;
    const wide = '<p>Wide. <i>'.repeat(20_000);
    const spans = `<p>${'<span class="a b c">x'.repeat(50_000)}</p>`;
    const notes = `${'<p>x<a epub:type="noteref" href="#n">1</a></p>'.repeat(2_000)}<aside epub:type="footnote" id="n"><p>Note.</p></aside>`;
    const rules = Array.from(
      { length: 2_000 },
      (_, index) => `div span.a${index} > p:first-child { font-style: italic }`,
    ).join('\n');
    for (const body of [deep, wide, spans, notes])
      await outcome(
        'a.epub',
        zipOf(
          epubFiles({
            texts: { 'a.xhtml': body },
            head: '<link rel="stylesheet" href="s.css"/>',
            files: { 's.css': ['text/css', rules] },
          }),
        ),
      );
    const word = docxFiles({
      body: '<w:tbl><w:tr><w:tc>'.repeat(5_000) + paragraph(run('x')) + paragraph('<w:ins>'.repeat(5_000)),
    });
    await outcome('a.docx', zipOf(word));
  });

  it('that the house made keeps notes and breaks', async () => {
    const book = bookOf([
      chapter('One', scene(p('A', fn('note'), text('b', 'strong')), sceneBreak(), image({ fileId: 'x' }, 'c'))),
    ]);
    const { bytes } = await compileEpub(book);
    const again = await read('a.epub', bytes);
    expect(again.nodes[0]?.children).toHaveLength(2);
  });
});
