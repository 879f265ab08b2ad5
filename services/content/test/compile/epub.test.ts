import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { blocksOf } from '@authorworks/manuscript/blocks';
import { describe, expect, it } from 'vitest';
import { anyManuscript, anyText } from '../../../../packages/manuscript/test/arbitrary-manuscript.ts';
import type { CompilableBook, CompiledBook } from '../../src/compile/compilable-book.ts';
import { compileEpub } from '../../src/compile/formats/epub/compile-epub.ts';
import { readBook } from '../../src/import/formats/index.ts';
import { openText } from '../../src/scene/sealed-text.ts';
import { EPUB_CHECK_MS, epubCheck } from './epub-check.ts';
import { manuscriptText } from './manuscript-text.ts';
import { imageOf, pictureOf, SVG } from './pictures.ts';
import { epubText, pageText, unpack } from './read-epub-text.ts';
import {
  aligned,
  bookOf,
  br,
  chapter,
  code,
  fn,
  h,
  image,
  li,
  line,
  marked,
  ol,
  p,
  part,
  quote,
  scene,
  sceneBreak,
  type Sketch,
  text,
  ul,
  verse,
} from './writing.ts';

const SAMPLE = new URL('../../../../test/sample-novel/the-tide-clerk.md', import.meta.url);

const compile = async (book: CompilableBook): Promise<CompiledBook> => await compileEpub(book);

const sampleNovel = async (): Promise<CompilableBook> => {
  const { book } = await readBook({ fileName: 'the-tide-clerk.md', bytes: readFileSync(SAMPLE) });
  const { title, description, language, authors } = book;
  return bookOf(book.nodes, { title, description, language, authorName: authors.join(', ') });
};

const everything = (): Sketch[] => [
  { kind: 'chapter', title: 'Preface', matter: 'front', children: [scene(p('Before the text.'))] },
  part(
    'The First Part',
    chapter(
      'Every kind of block',
      scene(
        h(1, 'Within'),
        p(
          'Plain, ',
          text('emphasised', 'emphasis'),
          ', ',
          text('strong', 'strong'),
          ' and ',
          text('SMALL', 'smallCaps'),
        ),
        p(
          text('under', 'underline'),
          text('struck', 'strikethrough'),
          text('up', 'superscript'),
          text('down', 'subscript'),
          text('x = 1', 'code'),
          text('all at once', 'emphasis', 'strong', 'smallCaps', 'underline', 'strikethrough', 'code'),
        ),
        p(
          marked('bonjour', 'language', { lang: 'fr', dir: null }),
          ' ',
          marked('שלום', 'language', { lang: 'he', dir: 'rtl' }),
          ' ',
          marked('a link', 'link', { href: 'https://example.com/?a=1&b=2#c', title: 'A "title"' }),
          ' ',
          marked('mail', 'link', { href: 'mailto:a@example.com', title: null }),
          ' ',
          marked('nowhere', 'link', { href: '#nowhere', title: null }),
        ),
        p(
          'A note',
          fn('With ', text('emphasis', 'emphasis'), br(), ' and two lines.'),
          ' and another',
          fn('Short.'),
          '.',
        ),
        p('One line', br(), 'and the next.'),
        p(),
        aligned('left', 'Left'),
        aligned('center', 'Centre'),
        aligned('right', 'Right'),
        aligned('justify', 'Justified'),
      ),
      scene(
        sceneBreak(),
        quote('quote', p('Quoted.'), quote('quote', p('Within.'))),
        quote('epigraph', p('An epigraph.')),
        quote('letter', p('Dear Ines,'), aligned('right', 'yours, Pell')),
        verse([line('A line'), line('indented', 3)], [line('Another stanza', 8)]),
        ul(li(p('One'), ul(li(p('below')))), li(p('Two'), p('more'))),
        ol(7, li(p('Seven')), li(p('Eight'), quote('quote', p('in it')))),
        code('if (a < b && c > d) {\n\treturn "]]>";\n}', 'c++'),
        image(
          { fileId: 'p-png', alt: 'A harbour', title: 'Harbour', width: 24, height: 24 },
          'The ',
          text('harbour', 'emphasis'),
        ),
        image({ fileId: 'p-jpeg', alt: 'A boat' }),
        image({ fileId: 'p-gif', alt: '' }, 'Without a description', fn('Of a picture.')),
        image({ fileId: 'p-webp', alt: 'A lamp' }),
        image({ fileId: 'p-svg', alt: 'A buoy' }),
        h(2, 'Deeper'),
        h(4, 'Deepest'),
      ),
    ),
  ),
  part('The Second Part', chapter('Last', scene(p('The end.')))),
  { kind: 'chapter', title: 'Acknowledgements', matter: 'back', children: [scene(p('Thanks.'))] },
];

const everyPicture = async (): Promise<CompilableBook['images']> => [
  imageOf('p-png', await pictureOf('png')),
  imageOf('p-jpeg', await pictureOf('jpeg')),
  imageOf('p-gif', await pictureOf('gif')),
  imageOf('p-webp', await pictureOf('webp')),
  imageOf('p-svg', SVG),
];

const kitchenSink = async (): Promise<CompilableBook> =>
  bookOf(everything(), {
    subtitle: 'A test of all',
    description: 'Of everything & more.',
    edition: 3,
    images: [...(await everyPicture()), imageOf('p-cover', await pictureOf('jpeg', 200))],
    coverFileId: 'p-cover',
  });

const HOSTILE = [
  'Control\u0000\u0007\u001b characters',
  ']]> <![CDATA[ & <b>not bold</b> &amp; &#0;',
  'Half \ud83d of a pair \ude00',
  '\ufffe\uffff non-characters',
  'مرحبا بالعالم ‏mixed‎ with English',
  '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 emoji',
  'A title of many words '.repeat(50).slice(0, 1000),
  'x'.repeat(1000),
  '  \t\n ',
  '"><script>alert(1)</script>',
  '../../../etc/passwd',
  "' OR 1=1 --",
  '{{constructor}} ${process} %s',
  '\u202eright to left override',
  '---',
  '-->',
];

const longChapter = (): Sketch => {
  const words = Array.from({ length: 1_000 }, (_, index) => p(`${'The tide came in. '.repeat(25)}${index}`));
  return chapter('Long', scene(...words));
};

const doubtfulPictures = async (): Promise<CompilableBook['images']> => [
  imageOf('avif', await pictureOf('avif')),
  imageOf('text', 'no picture at all'),
  imageOf('broken-svg', '<svg xmlns="http://www.w3.org/2000/svg"><g>'),
  imageOf('evil-svg', SVG.replace('<rect', '<script>alert(1)</script><rect onclick="alert(1)"')),
  imageOf('remote-svg', SVG.replace('xlink:href="#b"', 'xlink:href="https://example.com/track.svg#b"')),
];

describe('an EPUB', () => {
  it(
    'of the sample novel has nothing that EPUBCheck could say a word about, and all of its text',
    async () => {
      const book = await sampleNovel();
      const { bytes, notes, contentType, extension } = await compile(book);
      expect([contentType, extension]).toEqual(['application/epub+zip', 'epub']);
      expect(notes).toEqual([]);
      expect(await epubText(bytes)).toBe(manuscriptText(book));
      expect(await epubCheck(bytes)).toEqual([]);
    },
    EPUB_CHECK_MS,
  );

  it('holds every kind of block, mark and picture', async () => {
    const book = await kitchenSink();
    const { bytes, notes } = await compile(book);
    expect(await epubText(bytes)).toBe(manuscriptText(book));
    expect(notes.map(({ code, where, count }) => [code, where, count])).toEqual([
      ['link-lost', 'Every kind of block', 1],
      ['image-undescribed', 'Every kind of block', 1],
    ]);
  });

  it('says what readers who cannot see its pictures have to know', async () => {
    const opfOf = async (book: CompilableBook): Promise<string> =>
      (await unpack((await compile(book)).bytes)).get('EPUB/package.opf')?.toString() ?? '';
    const valuesOf = (opf: string, property: string): string[] =>
      [...opf.matchAll(new RegExp(`property="schema:${property}"[^>]*>([^<]*)<`, 'g'))].map(([, value = '']) => value);
    const plain = await opfOf(bookOf([chapter('One', scene(p('Text.')))]));
    expect(valuesOf(plain, 'accessMode')).toEqual(['textual']);
    expect(valuesOf(plain, 'accessModeSufficient')).toEqual(['textual']);
    expect(valuesOf(plain, 'accessibilityHazard')).toEqual(['none']);
    expect(valuesOf(plain, 'accessibilitySummary')[0]).toMatch(/^This book is text throughout/);
    const images = await everyPicture();
    const shows = (fileId: string, alt: string): CompilableBook =>
      bookOf([chapter('Eins', scene(image({ fileId, alt })))], { images, language: 'de-CH' });
    const described = await opfOf(shows('p-png', 'Ein Hafen'));
    expect(valuesOf(described, 'accessMode')).toEqual(['textual', 'visual']);
    expect(valuesOf(described, 'accessModeSufficient')).toEqual(['textual']);
    expect(valuesOf(described, 'accessibilityFeature')).toContain('alternativeText');
    expect(valuesOf(described, 'accessibilitySummary')[0]).toContain('Alle Bilder sind beschrieben');
    const undescribed = await opfOf(shows('p-gif', ''));
    expect(valuesOf(undescribed, 'accessModeSufficient')).toEqual(['textual,visual']);
    expect(valuesOf(undescribed, 'accessibilityFeature')).not.toContain('alternativeText');
    expect(valuesOf(undescribed, 'accessibilityHazard')).toContain('unknownFlashingHazard');
  });

  it('begins with its kind, uncompressed, so that it can be told by its first bytes', async () => {
    const { bytes } = await compile(bookOf([]));
    expect(Buffer.from(bytes.subarray(30, 58)).toString()).toBe('mimetypeapplication/epub+zip');
    expect([...bytes.subarray(8, 10)]).toEqual([0, 0]);
  });

  it('is the same to the last byte whenever and wherever it is made', async () => {
    const zone = process.env['TZ'];
    const made: Uint8Array[] = [];
    const book = await kitchenSink();
    for (const there of ['Pacific/Kiritimati', 'America/New_York', 'UTC']) {
      process.env['TZ'] = there;
      made.push((await compile(book)).bytes);
    }
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    expect(Buffer.compare(made[0] ?? new Uint8Array(), made[1] ?? new Uint8Array())).toBe(0);
    expect(Buffer.compare(made[0] ?? new Uint8Array(), made[2] ?? new Uint8Array())).toBe(0);
  });

  it('changes in one file when one sentence changes', async () => {
    const book = await kitchenSink();
    const before = await compile(book);
    const nodes = book.nodes.map((node) => ({ ...node, doc: node.doc?.replace('The end.', 'The very end.') ?? null }));
    const after = await compile({ ...book, nodes });
    const [old, now] = [await unpack(before.bytes), await unpack(after.bytes)];
    expect([...now.keys()]).toEqual([...old.keys()]);
    const changed = [...now].filter(([path, content]) => !old.get(path)?.equals(content)).map(([path]) => path);
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatch(/^EPUB\/text\/chapter-[0-9a-f-]+\.xhtml$/);
  });

  it('lets links lead into other chapters, and drops those that lead nowhere', async () => {
    const target = scene(p('Here.'));
    const [block] = target.doc ? [...blocksOf(target.doc)] : [];
    const links = scene(
      p(
        marked('there', 'link', { href: `#b-${block?.id}`, title: null }),
        ' ',
        marked('gone', 'link', { href: '#b-000000000000', title: null }),
      ),
    );
    const { bytes, notes } = await compile(bookOf([chapter('One', links), chapter('Two', target)]));
    const files = await unpack(bytes);
    const [one = ''] = [...files].flatMap(([path, content]) => (path.endsWith('01.xhtml') ? [content.toString()] : []));
    expect(one).toContain(`<a href="chapter-0193a6b4-0000-7000-8000-000000000003.xhtml#b-${block?.id}">there</a> gone`);
    expect(notes.map(({ code, count }) => [code, count])).toEqual([['link-lost', 1]]);
  });

  it('numbers its notes through in each chapter, with a way there and back', async () => {
    const book = bookOf([chapter('One', scene(p('A', fn('first'), '.')), scene(p('B', fn('second'), '.')))]);
    const files = await unpack((await compile(book)).bytes);
    const page = [...files].find(([path]) => path.includes('chapter-'))?.[1].toString() ?? '';
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...page.matchAll(/<a epub:type="noteref"[^>]* href="#([^"]+)"><sup>(\d)<\/sup>/g)];
    expect(references.map(([, , number]) => number)).toEqual(['1', '2']);
    for (const [, id] of references) {
      const back = new RegExp(
        `<aside epub:type="footnote" role="doc-footnote" id="${id}">.*?backlink.*? href="#([^"]+)"`,
      );
      expect(ids).toContain(back.exec(page)?.[1]);
    }
  });

  it('keeps what hostile hands have written as text, in titles and everywhere', async () => {
    const chapters = HOSTILE.map((title) => chapter(title, scene(p(title), p(text(title, 'emphasis')))));
    for (const title of HOSTILE.slice(0, 8)) {
      const book = bookOf(chapters, { title, subtitle: title, authorName: title, description: title });
      const { bytes } = await compile(book);
      expect(await epubText(bytes)).toBe(manuscriptText(book));
    }
  });

  it(
    'is valid when there is next to nothing in it',
    async () => {
      const empty: Sketch[][] = [
        [],
        [chapter('')],
        [chapter('Only a title'), chapter('', scene(p())), chapter('', scene(p()), scene(p('Something.')))],
        [part(''), part('', chapter('In a part without a name')), scene(p('Loose.'))],
        [chapter('', scene(image({ fileId: 'gone' }))), chapter('', scene(quote('quote', image({ fileId: 'gone' }))))],
      ];
      for (const sketch of empty) {
        const book = bookOf(sketch, { title: ' ', authorName: '', language: 'not a language' });
        const { bytes } = await compile(book);
        expect(await epubText(bytes)).toBe(manuscriptText(book));
      }
      expect(await epubCheck((await compile(bookOf([], { title: ' ', authorName: '' }))).bytes)).toEqual([]);
    },
    EPUB_CHECK_MS,
  );

  it('holds a scene of 100,000 words', async () => {
    const book = bookOf([longChapter()]);
    const { bytes } = await compile(book);
    expect(await epubText(bytes)).toBe(manuscriptText(book));
  });

  it('shows no picture that is damaged, of a kind that few can show, or that could run', async () => {
    const images = await doubtfulPictures();
    const all = images.map(({ fileId }) => image({ fileId, alt: 'x' }, `Caption of ${fileId}`));
    const book = bookOf([chapter('One', scene(...all))], { images, coverFileId: 'avif' });
    const { bytes, notes } = await compile(book);
    expect(notes.map(({ code, count }) => [code, count])).toEqual([
      ['image-lost', 3],
      ['image-changed', 2],
    ]);
    const files = await unpack(bytes);
    expect([...files.keys()].filter((path) => path.includes('/images/'))).toEqual([
      'EPUB/images/evil-svg.svg',
      'EPUB/images/remote-svg.svg',
    ]);
    expect(await epubText(bytes)).toBe(manuscriptText(book));
    const everythingInIt = [...files.values()].map(String).join('');
    expect(everythingInIt).not.toMatch(/<script|onclick|track\.svg/);
  });

  it('has the text of any manuscript', async () => {
    const images = [
      imageOf('file-1', await pictureOf('png')),
      imageOf('0190b8a2-7c1e-7f00-8000-000000000001', await pictureOf('jpeg')),
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(anyManuscript, { minLength: 1, maxLength: 3 }), anyText, async (docs, title) => {
        const sketch = chapter(title, ...docs.map((doc) => ({ kind: 'scene' as const, doc })));
        const book = bookOf([sketch], { images, title, description: title, subtitle: title });
        expect(await epubText((await compile(book)).bytes)).toBe(manuscriptText(book));
      }),
      { numRuns: 300 },
    );
  });

  it(
    'is valid whatever it holds',
    async () => {
      const doubtful = await doubtfulPictures();
      const anything = fc.sample(anyManuscript, 150).map((doc) => ({ kind: 'scene' as const, doc }));
      const book = bookOf(
        [
          ...everything(),
          ...HOSTILE.map((title) => part(title, chapter(title, scene(p(title), p(text(title, 'emphasis')))))),
          ...anything.map((own, index) => chapter(`Anything ${index}`, own)),
          chapter('Pictures', scene(...doubtful.map(({ fileId }) => image({ fileId, alt: 'x' })))),
          longChapter(),
        ],
        {
          title: HOSTILE.join(' '),
          subtitle: HOSTILE[1] ?? '',
          authorName: HOSTILE[2] ?? '',
          description: HOSTILE.join('\n'),
          edition: 1,
          language: 'ar',
          images: [
            ...(await everyPicture()),
            ...doubtful,
            imageOf('file-1', await pictureOf('png')),
            imageOf('0190b8a2-7c1e-7f00-8000-000000000001', await pictureOf('jpeg')),
          ],
          coverFileId: 'p-svg',
        },
      );
      expect(await epubCheck((await compile(book)).bytes)).toEqual([]);
    },
    EPUB_CHECK_MS,
  );

  it('comes back as the same book when it is imported', async () => {
    const book = await kitchenSink();
    const { bytes } = await compile(book);
    const { book: back } = await readBook({ fileName: 'back.epub', bytes });
    const { title, subtitle, authors, language, description, coverName } = back;
    expect({ title, subtitle, authors, language }).toEqual({
      title: book.title,
      subtitle: book.subtitle,
      authors: [book.authorName],
      language: 'en',
    });
    expect(description).toBe(book.description);
    expect(coverName).not.toBeNull();
    const again = bookOf(back.nodes);
    const shape = ({ nodes }: CompilableBook): unknown[] =>
      nodes.map(({ kind, title, matter }) => (kind === 'scene' ? kind : [kind, title, matter]));
    expect(shape(again)).toEqual(shape(book));
    // a break at the edge of a scene is one between scenes
    const outlineOf = ({ nodes }: CompilableBook): string[] =>
      nodes.flatMap(({ doc }) => (doc === null ? [] : openText(doc).children.map((block) => block.type.name)));
    const withoutBreaks = (names: string[]): string[] => names.filter((name) => name !== 'sceneBreak');
    expect(withoutBreaks(outlineOf(again))).toEqual(withoutBreaks(outlineOf(book)));
    expect(manuscriptText(again)).toBe(manuscriptText(book));
  });

  it('is read by the parser of this test as strictly as by a reading system', () => {
    expect(() => pageText('<html><body><p>open</body></html>')).toThrow();
    expect(pageText('<html><body><p>a<em>b</em></p><p>c</p></body></html>')).toBe('ab c');
  });
});
