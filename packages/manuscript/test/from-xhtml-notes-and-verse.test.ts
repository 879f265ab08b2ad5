import { describe, expect, it } from 'vitest';
import { fromXhtml, type FromXhtmlOptions } from '../src/xhtml/index.ts';
import { outline } from './writing.ts';

const read = (html: string, options: FromXhtmlOptions = {}): string[] => {
  const { doc } = fromXhtml(html, options);
  doc.check();
  return outline(doc);
};

const codes = (html: string, options: FromXhtmlOptions = {}): string[] =>
  fromXhtml(html, options).notes.map(({ severity, code, count }) => `${severity} ${code} ${count}`);

describe('footnotes', () => {
  it('of EPUB and DPUB-ARIA are joined to their references', () => {
    const html =
      '<p>The sea<a epub:type="noteref" href="#n1">1</a> was calm<sup><a role="doc-noteref" href="#n2">*</a></sup>.</p>' +
      '<aside epub:type="footnote" id="n1"><p>1. Not the <i>ocean</i>.</p></aside>' +
      '<section role="doc-endnotes"><h2>Notes</h2><ol><li id="n2" role="doc-endnote"><p>Very calm. <a role="doc-backlink" href="#x">↩</a></p></li></ol></section><p>End.</p>';
    expect(read(html)).toEqual([
      "paragraph('The sea', footnote('Not the ', emphasis('ocean'), '.'), ' was calm', footnote('Very calm.'), '.')",
      "paragraph('End.')",
    ]);
    expect(codes(html)).toEqual([]);
  });

  it('of plain web pages are known by their links back', () => {
    const html =
      '<p>The sea<sup id="r1"><a href="#fn1">1</a></sup> was calm<a id="r2" href="#fn2">[2]</a>.</p><hr>' +
      '<ol><li id="fn1">Not the ocean. <a href="#r1">↩</a></li><li id="fn2"><p>Very calm.</p><p>Indeed.</p> <a href="#r2">back</a></li></ol>';
    expect(read(html)).toEqual([
      "paragraph('The sea', footnote('Not the ocean.'), ' was calm', footnote('Very calm.', hardBreak, 'Indeed.'), '.')",
      'sceneBreak',
    ]);
    expect(codes(html)).toEqual(['changed footnote-paragraphs-joined 1']);
    const paragraphs =
      '<p>a<a name="r1" href="#n1"><sup>1</sup></a> b</p><p>c</p><p><a name="n1" href="#r1">1</a> The note.</p>';
    expect(read(paragraphs)).toEqual(["paragraph('a', footnote('The note.'), ' b')", "paragraph('c')"]);
  });

  it('in another file are asked for', () => {
    const note = (href: string) =>
      href === 'notes.xhtml#n1' ? '<li id="n1"><p>1. The note. <a href="one.xhtml#r1">↩</a></p></li>' : null;
    expect(read('<p>a<a epub:type="noteref" id="r1" href="notes.xhtml#n1">1</a> b</p>', { note })).toEqual([
      "paragraph('a', footnote('The note.'), ' b')",
    ]);
    expect(read('<p>a<sup><a href="notes.xhtml#n1">1</a></sup> b</p>', { note })).toEqual([
      "paragraph('a', footnote('The note.'), ' b')",
    ]);
    expect(codes('<p>a<a epub:type="noteref" href="notes.xhtml#n9">9</a> b</p>', { note })).toEqual([
      'lost footnote-missing 1',
    ]);
  });

  it('are not taken for cross references, contents or links back and forth', () => {
    const html =
      '<p><a id="a" href="#one">Chapter one</a> <a href="#one">1</a></p><p id="one">Chapter one. <a href="#a">Contents</a></p>';
    expect(read(html)).toHaveLength(2);
    expect(read(html).join()).not.toContain('footnote');
  });

  it('within footnotes are put in brackets, and loops end', () => {
    const html =
      '<p>a<a epub:type="noteref" href="#n1">1</a></p><aside epub:type="footnote" id="n1">One<a epub:type="noteref" href="#n2">2</a>.</aside><aside epub:type="footnote" id="n2">Two<a epub:type="noteref" href="#n1">1</a>.</aside>';
    expect(read(html)).toEqual(["paragraph('a', footnote('One [Two1.].'))"]);
    expect(codes(html)).toEqual(['changed footnote-nested 1']);
  });

  it('that are referred to often cannot make a small file a huge book', () => {
    const html = `${'<p>x<a epub:type="noteref" href="#n">1</a></p>'.repeat(5000)}<aside epub:type="footnote" id="n">${'long '.repeat(3000)}</aside>`;
    const { doc, notes } = fromXhtml(html);
    expect(doc.textContent.length).toBeLessThan(300_000);
    expect(notes.map(({ code }) => code)).toEqual(['footnote-repeated']);
  });
});

describe('verse', () => {
  const poem = "verse(stanza(verseLine('One'), verseLine('two')), stanza(verseLine('three')))";

  it.each([
    [
      'Standard Ebooks',
      '<blockquote epub:type="z3998:poem"><p><span>One</span><br/><span class="i1">two</span></p><p><span>three</span></p></blockquote>',
    ],
    [
      'Project Gutenberg',
      '<div class="poem"><div class="stanza"><span class="i0">One<br/></span><span class="i2">two<br/></span></div><div class="stanza"><span class="i0">three<br/></span></div></div>',
    ],
    [
      'Gutenberg’s newer files',
      '<div class="poetry-container"><div class="poetry"><div class="stanza"><div class="verse indent0">One</div><div class="verse indent2">two</div></div><div class="stanza"><div class="verse indent0">three</div></div></div></div>',
    ],
    [
      'calibre',
      '<div class="poem"><p class="line1">One</p><p class="line1">two</p><p class="space">&nbsp;</p><p class="line1">three</p></div>',
    ],
    ['hand-made pages', '<div class="verse">One<br>two<br><br>three</div>'],
    ['paragraphs in a row', '<p class="verse">One<br/>two</p>\n<p class="verse">three</p>'],
  ])('of %s has its stanzas and lines', (_source, html) => {
    expect(read(html)).toEqual([poem]);
  });

  it('keeps how far its lines are indented', () => {
    const { doc } = fromXhtml(
      '<div class="poem"><p>One<br/><span class="i2">two</span><br/>&#8195;&#8195;&#8195;three<br/><span style="margin-left: 4em">four</span></p></div>',
    );
    expect(doc.firstChild?.firstChild?.children.map((line) => line.attrs.indent)).toEqual([0, 2, 3, 4]);
  });

  it('keeps who wrote it in the quote around it', () => {
    const html =
      '<blockquote epub:type="z3998:verse"><p><span>One</span><br/><span>two</span></p><cite>Mara Quint</cite></blockquote>';
    expect(read(html)).toEqual([
      "blockquote(verse(stanza(verseLine('One'), verseLine('two'))), paragraph(emphasis('Mara Quint')))",
    ]);
  });

  it('is not torn by headings, pictures, formatting and footnotes', () => {
    const html =
      '<div class="poem"><h3>Title</h3><p><em>One<br/>two</em><a epub:type="noteref" href="#n">1</a></p><img src="file:pic"/><p>three<br/>four</p></div><aside epub:type="footnote" id="n">Note.</aside>';
    expect(read(html)).toEqual([
      "heading('Title')",
      "verse(stanza(verseLine(emphasis('One')), verseLine(emphasis('two'), footnote('Note.'))), stanza(verseLine('three'), verseLine('four')))",
      'image',
    ]);
  });
});

describe('quotes', () => {
  it('are epigraphs and letters where the source says so', () => {
    expect(
      fromXhtml('<section epub:type="epigraph"><blockquote><p>a</p></blockquote></section>').doc.firstChild?.attrs.kind,
    ).toBe('epigraph');
    expect(fromXhtml('<div class="epigraph"><p>a</p><p>b</p></div>').doc.firstChild?.attrs.kind).toBe('epigraph');
    expect(fromXhtml('<blockquote class="letter"><p>a</p></blockquote>').doc.firstChild?.attrs.kind).toBe('letter');
    expect(fromXhtml('<blockquote>a</blockquote>').doc.firstChild?.attrs.kind).toBe('quote');
    expect(read('<section epub:type="z3998:letter chapter"><h2>Letter I</h2><p>Dear Mara,</p></section>')).toEqual([
      "heading('Letter I')",
      "paragraph('Dear Mara,')",
    ]);
  });

  it('nest, until it is too much', () => {
    expect(read('<blockquote>a<blockquote>b</blockquote></blockquote>')).toEqual([
      "blockquote(paragraph('a'), blockquote(paragraph('b')))",
    ]);
    const deep = fromXhtml(`${'<blockquote>'.repeat(200)}a`);
    deep.doc.check();
    expect(deep.notes.map(({ code }) => code)).toEqual(['nesting-flattened']);
    expect(deep.doc.textContent).toBe('a');
  });
});
