import { describe, expect, it } from 'vitest';
import { pictureOf, SVG } from '../compile/pictures.ts';
import { docxOf, drawing, HEADINGS, paragraph, run } from './build-docx.ts';
import { type EpubSketch, epubOf } from './build-epub.ts';
import { codes, outline, read } from './outline.ts';

const novel = async (version: 2 | 3): Promise<EpubSketch> => ({
  version,
  title: 'The Tide Clerk',
  metadata:
    '<dc:creator id="a">Maud Ferrier</dc:creator><dc:description>Of &lt;b&gt;tides&lt;/b&gt;.</dc:description>' +
    (version === 2 ? '<meta name="cover" content="f0"/>' : ''),
  head: '<link rel="stylesheet" href="style.css"/>',
  texts: {
    'cover.xhtml': '<img src="cover.jpg" alt="Cover"/>',
    'one.xhtml':
      '<h1>One</h1><p>It was <i>dark</i> and <b>cold</b>, <span class="sc">said Pell</span>.<a epub:type="noteref" href="#n1">1</a></p>' +
      '<p class="break">* * *</p><p>Then <span xml:lang="fr" lang="fr">la mer</span>, x<sup>2</sup>.</p>' +
      '<aside epub:type="footnote" id="n1"><p>1. It always was.</p></aside>',
    'two.xhtml':
      '<h1>Two</h1><blockquote><p>Quoted.</p></blockquote><ul><li>one</li><li>two</li></ul>' +
      '<figure><img src="map.svg" alt="A map"/><figcaption>The Holm</figcaption></figure>' +
      '<div class="poem"><p class="stanza"><span class="line">A line</span><br/><span class="line">another</span></p></div>' +
      '<p>See <a href="one.xhtml">the first chapter</a>.</p><table><tr><td>6.14</td><td>as given</td></tr></table>',
  },
  contents: [
    ['one.xhtml', 'One'],
    ['two.xhtml', 'Two'],
  ],
  files: {
    'cover.jpg': ['image/jpeg', await pictureOf('jpeg')],
    'map.svg': ['image/svg+xml', SVG],
    'style.css': ['text/css', '.sc { font-variant: small-caps } .line { display: block }'],
    'font.otf': ['font/otf', 'OTTO'],
    'sound.mp3': ['audio/mpeg', 'ID3'],
  },
});

describe.each([2, 3] as const)('an EPUB %i', (version) => {
  it('keeps its chapters, scenes, notes, emphasis, languages, pictures and cover', async () => {
    const book = await read('clerk.epub', epubOf(await novel(version)));
    expect(book).toMatchObject({ title: 'The Tide Clerk', authors: ['Maud Ferrier'], language: 'en' });
    expect(book.description).toBe('Of tides.');
    const [one, two] = outline(book) as string[][];
    expect(one).toEqual([
      'chapter',
      'One',
      'body',
      'It was *dark* and **cold**, <span class="small-caps">said Pell</span>.[^1]\n\n[^1]: It always was.',
      'Then <span lang="fr">la mer</span>, x<sup>2</sup>.',
    ]);
    expect(two?.slice(0, 3)).toEqual(['chapter', 'Two', 'body']);
    expect(two?.[3]).toContain('> Quoted.');
    expect(two?.[3]).toContain('![A map](file:picture-');
    expect(two?.[3]).toContain('The Holm');
    expect(two?.[3]).toContain('A line');
    expect(two?.[3]).toMatch(/\[the first chapter\]\(#b-\w{12}\)/);
    expect(two?.[3]).toContain('6.14');
    expect(book.images.map(({ contentType }) => contentType).toSorted()).toEqual(['image/jpeg', 'image/svg+xml']);
    expect(book.images.find(({ name }) => name === book.coverName)?.contentType).toBe('image/jpeg');
  });

  it('says what it had that a manuscript does not keep', async () => {
    const book = await read('clerk.epub', epubOf(await novel(version)));
    expect(codes(book)).toEqual(
      expect.arrayContaining(['cover-page-dropped', 'font-dropped', 'media-lost', 'table-flattened']),
    );
    expect(book.notes.find(({ code }) => code === 'media-lost')).toMatchObject({
      severity: 'lost',
      where: 'OPS/sound.mp3',
      count: 1,
    });
  });
});

describe('a Word document', () => {
  const sketch = async (): Promise<Uint8Array> =>
    docxOf({
      styles: HEADINGS,
      relations: [
        ['pic', 'image', 'media/map.png'],
        ['web', 'hyperlink', 'https://example.com/', true],
      ],
      media: { 'map.png': await pictureOf('png') },
      footnotes: `<w:footnote w:id="2">${paragraph(run('It always was.'))}</w:footnote>`,
      body: [
        paragraph(run('Chapter One'), 'Heading1'),
        paragraph(
          run('It was ') +
            run('dark', '<w:i/>') +
            run(' and ') +
            run('cold', '<w:b/>') +
            run(', ') +
            run('said Pell', '<w:smallCaps/>') +
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
        ),
        paragraph(run('* * *')),
        paragraph(run('Then ') + run('la mer', '<w:lang w:val="fr-FR"/>') + run('.')),
        paragraph(drawing('pic', 'A map')),
        paragraph(`<w:hyperlink r:id="web">${run('a link')}</w:hyperlink>`),
        paragraph(run('Chapter Two'), 'Heading1'),
        paragraph(`<w:ins>${run('New. ')}</w:ins><w:del><w:r><w:delText>Old.</w:delText></w:r></w:del>${run('End.')}`),
        paragraph(`<w:commentRangeStart w:id="0"/>${run('Noted.')}<w:r><w:commentReference w:id="0"/></w:r>`),
      ].join(''),
    });

  it('keeps its chapters, scenes, notes, emphasis, languages, pictures and links', async () => {
    const book = await read('clerk.docx', await sketch());
    expect(outline(book)).toEqual([
      [
        'chapter',
        'Chapter One',
        'body',
        'It was *dark* and **cold**, <span class="small-caps">said Pell</span>[^1]\n\n[^1]: It always was.',
        expect.stringMatching(
          /^Then <span lang="fr(?:-FR)?">la mer<\/span>\.\n\n!\[A map\]\(file:picture-1\)\n\n\[a link\]\(https:\/\/example\.com\/\)$/,
        ),
      ],
      ['chapter', 'Chapter Two', 'body', 'New. End.\n\nNoted.'],
    ]);
    expect(book.images.map(({ contentType }) => contentType)).toEqual(['image/png']);
  });

  it('says what was decided about changes and comments', async () => {
    expect(codes(await read('clerk.docx', await sketch()))).toEqual(
      expect.arrayContaining(['comment-lost', 'deletions-accepted', 'insertions-accepted']),
    );
  });
});

describe('a web page', () => {
  it('keeps its text without the frame of the page around it', async () => {
    const book = await read(
      'page.html',
      `<!DOCTYPE html><html lang="de"><head><title>Ebbe</title><meta name="author" content="Maud"></head><body><nav><a href="/">Home</a></nav>
      <article><h1>Eins</h1><p>Es war <em>dunkel</em>.</p><hr><p>Dann <i lang="fr">la mer</i>.</p><h1>Zwei</h1><p>Ende.</p></article><footer>Impressum</footer></body></html>`,
    );
    expect(book).toMatchObject({ title: 'Ebbe', language: 'de', authors: ['Maud'] });
    expect(outline(book)).toEqual([
      ['chapter', 'Eins', 'body', 'Es war *dunkel*.', expect.stringContaining('<span lang="fr">')],
      ['chapter', 'Zwei', 'body', 'Ende.'],
    ]);
    expect(codes(book)).toContain('page-frame-dropped');
  });
});

describe('plain text', () => {
  it('keeps chapters, breaks, verse and what is in whatever encoding', async () => {
    const text = 'CHAPTER I\r\n\r\nNaïve.\r\n\r\n* * *\r\n\r\nThen.\r\n\r\nCHAPTER II\r\n\r\nThe end.\r\n';
    const expected = [
      ['chapter', 'CHAPTER I', 'body', 'Naïve.', 'Then.'],
      ['chapter', 'CHAPTER II', 'body', 'The end.'],
    ];
    for (const encoding of ['utf8', 'latin1', 'utf16le'] as const) {
      const mark = encoding === 'utf16le' ? '\ufeff' : '';
      expect(outline(await read('clerk.txt', new Uint8Array(Buffer.from(mark + text, encoding))))).toEqual(expected);
    }
  });
});
