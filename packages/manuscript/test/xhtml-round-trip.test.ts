import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { manuscriptSchema, normalForm, normaliseManuscript } from '../src/schema/index.ts';
import { fromXhtml, toXhtml, type XhtmlOutput } from '../src/xhtml/index.ts';
import { anyManuscript, withoutIds } from './arbitrary-manuscript.ts';
import { anyHtml } from './arbitrary-sources.ts';
import {
  br,
  code,
  doc,
  fn,
  h,
  idOf,
  image,
  li,
  line,
  ol,
  outline,
  p,
  quote,
  sceneBreak,
  text,
  verse,
} from './writing.ts';

const { nodes } = manuscriptSchema;

const readAsXml = (fragment: string): void => {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser
    .write(`<body xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">${fragment}</body>`)
    .close();
};

const together = ({ xhtml, footnotes }: XhtmlOutput): string => xhtml + footnotes.map((note) => note.xhtml).join('');

describe('a manuscript as XHTML', () => {
  it('is read back as it was, in normal form', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const { doc: read, notes } = fromXhtml(toXhtml(written).xhtml);
        read.check();
        expect(withoutIds(read)).toEqual(withoutIds(normalForm(written)));
        expect(notes).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('keeps the ids of all its blocks and footnotes', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const normal = normaliseManuscript(normalForm(written));
        expect(fromXhtml(toXhtml(normal).xhtml).doc.toJSON()).toEqual(normal.toJSON());
      }),
      { numRuns: 300 },
    );
  });

  it('is read back from the form for EPUB as well, its notes joined to the text again', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const { doc: read } = fromXhtml(together(toXhtml(written, { footnotes: 'epub', classPrefix: 'x-' })), {
          classPrefix: 'x-',
        });
        expect(withoutIds(read)).toEqual(withoutIds(normalForm(written)));
      }),
      { numRuns: 300 },
    );
  });

  it('is well-formed XML, whatever the text holds', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        readAsXml(toXhtml(written).xhtml);
        readAsXml(together(toXhtml(written, { footnotes: 'epub', blockIds: false, classPrefix: '"<&' })));
      }),
      { numRuns: 300 },
    );
  });

  it('of any source does not change any more once it was read', () => {
    fc.assert(
      fc.property(anyHtml, (source) => {
        const { doc: read } = fromXhtml(source);
        read.check();
        expect(withoutIds(normalForm(read))).toEqual(withoutIds(read));
        expect(fromXhtml(toXhtml(read).xhtml).doc.toJSON()).toEqual(read.toJSON());
      }),
      { numRuns: 600 },
    );
  });

  it('has a line for each block, so that one changed sentence changes one line', () => {
    const written = doc(
      h(2, 'The ', text('Storm', 'emphasis')),
      p('“Stop!” he said', br(), text('& ', 'strong'), text('left', 'strong', 'emphasis'), '.'),
      p(),
      sceneBreak(),
      nodes.paragraph.create({ align: 'center', indent: 'none' }, text('x < y')),
      nodes.blockquote.create({ kind: 'epigraph' }, p('All is sea.')),
      verse([line('One'), line('two', 2)]),
      ol(3, li(p('item'))),
      image({ fileId: 'f1', alt: 'A "map"', width: 640 }, 'Caption'),
      code('a\nb', 'ts'),
    );
    expect(toXhtml(written, { blockIds: false }).xhtml).toBe(
      `<h2>The <em>Storm</em></h2>
<p>“Stop!” he said<br/><strong>&amp; </strong><em><strong>left</strong></em>.</p>
<p class="aw-blank"><br/></p>
<hr class="aw-scene-break"/>
<p class="aw-center aw-no-indent">x &lt; y</p>
<blockquote class="aw-epigraph">
<p>All is sea.</p>
</blockquote>
<div class="aw-verse">
<p class="aw-stanza">
<span class="aw-line">One</span><br/>
<span class="aw-line aw-i2">two</span>
</p>
</div>
<ol start="3">
<li>
<p>item</p>
</li>
</ol>
<figure class="aw-image"><img src="file:f1" alt="A &quot;map&quot;" width="640"/><figcaption>Caption</figcaption></figure>
<pre><code class="language-ts">a
b</code></pre>
`.replaceAll('&quot;', '&#34;'),
    );
  });

  it('writes notes as EPUB readers show them, numbered through the book', () => {
    const written = doc(p('The sea', fn('Not the ', text('ocean', 'emphasis'), '.'), ' was calm', fn('Very.'), '.'));
    const [first, second] = [written.firstChild?.child(1), written.firstChild?.child(3)].map(idOf);
    const options = {
      footnotes: 'epub',
      firstFootnote: 7,
      notesHref: 'notes.xhtml',
      textHref: 'one.xhtml',
      blockIds: false,
    } as const;
    const { xhtml, footnotes } = toXhtml(written, options);
    expect(xhtml).toBe(
      `<p>The sea<a epub:type="noteref" role="doc-noteref" id="fnref-${first}" href="notes.xhtml#fn-${first}">7</a> was calm` +
        `<a epub:type="noteref" role="doc-noteref" id="fnref-${second}" href="notes.xhtml#fn-${second}">8</a>.</p>\n`,
    );
    expect(footnotes).toEqual([
      {
        id: `fn-${first}`,
        number: 7,
        xhtml:
          `<aside epub:type="footnote" role="doc-footnote" id="fn-${first}"><p><a epub:type="backlink" role="doc-backlink" href="one.xhtml#fnref-${first}">7</a> ` +
          'Not the <em>ocean</em>.</p></aside>\n',
      },
      expect.objectContaining({ id: `fn-${second}`, number: 8 }),
    ]);
  });

  it('asks where pictures and links lead in this output', () => {
    const link = manuscriptSchema.marks.link.create({ href: '#b-abcdefghijkl' });
    const written = doc(p(manuscriptSchema.text('there', [link])), image({ fileId: 'f1' }), image({ fileId: 'f2' }));
    const { xhtml } = toXhtml(written, {
      blockIds: false,
      linkHref: (href) => `two.xhtml${href}`,
      imageUrl: (fileId) => (fileId === 'f1' ? '../images/f1.png?a&b' : null),
    });
    expect(xhtml).toBe(
      '<p><a href="two.xhtml#b-abcdefghijkl">there</a></p>\n<figure class="aw-image"><img src="../images/f1.png?a&amp;b" alt=""/></figure>\n<figure class="aw-image"></figure>\n',
    );
    expect(toXhtml(written.child(0), { blockIds: false, linkHref: () => null }).xhtml).toBe('<p>there</p>\n');
  });

  it('does not mark the language of the book, and lowers its headings below a chapter’s title', () => {
    const french = manuscriptSchema.text('oui', [manuscriptSchema.marks.language.create({ lang: 'fr' })]);
    const written = doc(h(1, 'One'), h(4, 'Two'), p(french));
    const options = { blockIds: false, headingOffset: 3 };
    expect(toXhtml(written, { ...options, language: 'fr' }).xhtml).toBe('<h4>One</h4>\n<h6>Two</h6>\n<p>oui</p>\n');
    expect(toXhtml(written, options).xhtml).toContain('<span class="aw-lang" lang="fr" xml:lang="fr">oui</span>');
  });

  it('writes a single block as well', () => {
    const written = doc(p('a'), quote(p('b')));
    expect(toXhtml(written.child(1)).xhtml).toBe(
      `<blockquote id="b-${idOf(written.child(1))}">\n<p id="b-${idOf(written.child(1).firstChild)}">b</p>\n</blockquote>\n`,
    );
    expect(outline(fromXhtml(toXhtml(written.child(1)).xhtml).doc)).toEqual(["blockquote(paragraph('b'))"]);
  });
});
