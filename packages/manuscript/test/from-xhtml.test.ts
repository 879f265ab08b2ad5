import { describe, expect, it } from 'vitest';
import { fromXhtml, type FromXhtmlOptions, readDeclarations, relinkManuscript } from '../src/xhtml/index.ts';
import { outline } from './writing.ts';

const read = (html: string, options: FromXhtmlOptions = {}): string[] => {
  const { doc } = fromXhtml(html, options);
  doc.check();
  return outline(doc);
};

const codes = (html: string, options: FromXhtmlOptions = {}): string[] =>
  fromXhtml(html, options).notes.map(({ severity, code, count }) => `${severity} ${code} ${count}`);

/** Knows every picture by its name. */
const imageFile = (src: string): string => src.replace(/\W/g, '-');

describe('a page of a book', () => {
  it('has its white space collapsed as a browser does', () => {
    expect(read('<p>\n  The <i> sea </i>\t was\n calm. </p>')).toEqual([
      "paragraph('The ', emphasis('sea '), 'was calm.')",
    ]);
    expect(read('<p>a<br/> b <br/>c</p>')).toEqual(["paragraph('a', hardBreak, 'b', hardBreak, 'c')"]);
    expect(read('<p>&nbsp;&nbsp;&emsp;Indented by spaces, 10&nbsp;km.</p>')).toEqual([
      "paragraph('Indented by spaces, 10\u00a0km.')",
    ]);
  });

  it('keeps what words look like, by tags, well-known classes and styles', () => {
    expect(
      read(
        '<p><b>a</b><strong>b</strong> <i>c</i> <em>d</em> <u>e</u> <s>f</s><del>g</del> x<sup>2</sup><sub>i</sub> <code>k</code><tt>l</tt></p>',
      ),
    ).toEqual([
      "paragraph(strong('ab'), ' ', emphasis('c'), ' ', emphasis('d'), ' ', underline('e'), ' ', strikethrough('fg'), ' x', superscript('2'), subscript('i'), ' ', code('kl'))",
    ]);
    expect(
      read(
        '<p><span class="smallcaps">a</span> <span class="italic bold">b</span> <span style="font-variant: small-caps; font-weight: 700">c</span></p>',
      ),
    ).toEqual(["paragraph(smallCaps('a'), ' ', emphasis(strong('b')), ' ', strong(smallCaps('c')))"]);
    expect(read('<p><i>in <span style="font-style:normal">roman</span> type</i></p>')).toEqual([
      "paragraph(emphasis('in '), 'roman', emphasis(' type'))",
    ]);
    expect(read('<h2><b>Bold</b> <i>title</i></h2>')).toEqual(["heading(strong('Bold'), ' ', emphasis('title'))"]);
  });

  it('asks its importer what the style sheets say', () => {
    const styles: Readonly<Record<string, string>> = {
      calibre1: 'font-style: italic',
      calibre2: 'text-align: center; text-indent: 0',
      hid: 'display: none',
    };
    const styleOf: FromXhtmlOptions['styleOf'] = (element) =>
      readDeclarations(styles[element.attributes.get('class') ?? ''] ?? '');
    const { doc, notes } = fromXhtml(
      '<p class="calibre2">a <span class="calibre1">b</span><span class="hid">c</span></p>',
      { styleOf },
    );
    expect(outline(doc)).toEqual(["paragraph('a ', emphasis('b'))"]);
    expect(doc.firstChild?.attrs).toMatchObject({ align: 'center', indent: 'none' });
    expect(notes.map(({ code }) => code)).toEqual(['hidden-text-dropped']);
    const spaced = fromXhtml('<p>a</p><p class="break">b</p>', {
      styleOf: ({ attributes }) => ({ breakBefore: attributes.has('class') }),
    });
    expect(outline(spaced.doc)).toEqual(["paragraph('a')", 'sceneBreak', "paragraph('b')"]);
  });

  it('is understood however badly its tags are closed', () => {
    expect(read('<p>a<b>b<p>c</b>d')).toEqual(["paragraph('a', strong('b'))", "paragraph(strong('c'), 'd')"]);
    expect(read('<b><i>x</b>y</i>z')).toEqual(["paragraph(emphasis(strong('x')), emphasis('y'), 'z')"]);
    expect(read('<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e')).toEqual([
      "bulletList(listItem(paragraph('a')), listItem(paragraph('b'), bulletList(listItem(paragraph('c')))), listItem(paragraph('d')))",
      "paragraph('e')",
    ]);
    expect(read('<h2>One<h3>Two</h3>three')).toEqual(["heading('One')", "heading('Two')", "paragraph('three')"]);
    expect(read('</p></div></b>text</i>')).toEqual(["paragraph('text')"]);
    expect(read('<p>a<br>b</br>c<p/>d<a id="x"/>e')).toEqual([
      "paragraph('a', hardBreak, 'b', hardBreak, 'c')",
      "paragraph('de')",
    ]);
  });

  it('has a heading of level 4 where the source has a deeper one', () => {
    const { doc } = fromXhtml('<h1>a</h1><h4>b</h4><h6>c</h6>');
    expect(doc.children.map((block) => block.attrs.level)).toEqual([1, 4, 4]);
    expect(codes('<h5>a</h5><h6>b</h6>')).toEqual([
      'changed heading-level-changed 1',
      'changed heading-level-changed 1',
    ]);
  });

  it('has paragraphs where pages of the web break lines twice', () => {
    expect(read('one<br><br>two<br/>\n<br/>\n<br/>three<br>four<br>')).toEqual([
      "paragraph('one')",
      "paragraph('two')",
      "paragraph('three', hardBreak, 'four')",
    ]);
  });

  it('has scene breaks where there are rules and ornaments', () => {
    for (const sign of [
      '<hr/>',
      '<p>* * *</p>',
      '<p class="center"><b>***</b></p>',
      '<div>⁂</div>',
      '<p>#</p>',
      '<center>~</center>',
      '<p class="scene-break"></p>',
      '<h3>* * *</h3>',
      '<div class="tb">&nbsp;</div>',
      '<p><img src="images/ornament.png" alt=""/></p>',
      '<img alt="* * *" src="x.png"/>',
    ]) {
      expect(read(`<p>a</p>${sign}<p>b</p>`), sign).toEqual(["paragraph('a')", 'sceneBreak', "paragraph('b')"]);
    }
    expect(read('<ul><li>* * *</li></ul>')).toEqual(["bulletList(listItem(paragraph('* * *')))"]);
  });

  it('takes few empty paragraphs for scene breaks, and many for mere space', () => {
    const paragraphs = (count: number) => '<p>a</p>'.repeat(count);
    const few = `${paragraphs(4)}<p>&#160;</p><p><br/></p>${paragraphs(20)}<p> </p><h2>b</h2>`;
    expect(read(few).filter((block) => block === 'sceneBreak')).toHaveLength(1);
    const many = '<p>a</p><p>&nbsp;</p>'.repeat(10);
    expect(read(many)).toHaveLength(10);
    expect(codes(many)).toEqual(['info blank-paragraph-dropped 10']);
    expect(read(few, { blankParagraphs: 'drop' }).filter((block) => block === 'sceneBreak')).toHaveLength(0);
    expect(read('<p>a</p><p>&nbsp;</p><p>b</p>', { blankParagraphs: 'scene-break' })).toHaveLength(3);
  });

  it('leaves out page numbers of the printed book and what nobody sees', () => {
    const html =
      '<p>a<span epub:type="pagebreak" id="p12">12</span>b<span class="pagenum">[13]</span> <a id="x"></a>c<span hidden>d</span><span style="display:none">e</span></p><div class="pagebreak"><p>f</p></div>';
    const { doc, anchors } = fromXhtml(html);
    expect(outline(doc)).toEqual(["paragraph('ab c')", "paragraph('f')"]);
    expect([...anchors.keys()]).toEqual(['p12', 'x']);
    expect(codes(html)).toEqual(['info page-number-dropped 2', 'info hidden-text-dropped 2']);
  });

  it('keeps the language of foreign words, and does not mark the book’s own', () => {
    const html =
      '<html lang="en-GB"><body><p lang="en">He said <i lang="fr">bonjour</i>, <span xml:lang="he" dir="rtl">שלום</span> and <span lang="en-US">hi</span>.</p></body></html>';
    const { doc, language } = fromXhtml(html);
    expect(language).toBe('en-GB');
    expect(outline(doc)).toEqual([
      "paragraph('He said ', language(emphasis('bonjour')), ', ', language('שלום'), ' and hi.')",
    ]);
    expect(doc.firstChild?.child(3).marks[0]?.attrs).toEqual({ lang: 'he', dir: 'rtl' });
    expect(read('<p lang="fr">Oui <span lang="en">no</span></p>', { language: 'fr' })).toEqual([
      "paragraph('Oui ', language('no'))",
    ]);
    expect(read('<p lang="not a language">x</p>', { language: 'en' })).toEqual(["paragraph('x')"]);
  });

  it('tells what it is called', () => {
    expect(fromXhtml('<html><head><title> Chapter\n One </title></head><body><p>x</p></body></html>').title).toBe(
      'Chapter One',
    );
    expect(fromXhtml('<p>x</p>').title).toBeNull();
  });

  it('of nothing is an empty paragraph', () => {
    for (const nothing of [
      '',
      ' \n ',
      '<p></p>',
      '<html><body></body></html>',
      '<!-- x -->',
      '<script>x</script>',
      '<ul></ul>',
      '<table></table>',
      '<blockquote> </blockquote>',
      '<h1></h1>',
    ]) {
      expect(read(nothing), nothing).toEqual(['paragraph']);
    }
  });
});

describe('links and anchors', () => {
  it('lead where they may: the web, mail and places in the book', () => {
    const html =
      '<p><a href="https://example.com/a b">a</a> <a href="mailto:a@b.example">b</a> <a href="chapter-2.xhtml">c</a> <a href="javascript:x()">d</a> <a>e</a> <a href="">f</a></p>';
    expect(read(html)).toEqual(["paragraph(link('a'), ' ', link('b'), ' c d e f')"]);
    expect(codes(html)).toEqual(['changed link-dropped 2', 'lost link-refused 1']);
    const linkHref = (href: string) => (href.endsWith('.xhtml') ? '#chapter-2' : href === '' ? null : href);
    expect(read(html, { linkHref })).toEqual(["paragraph(link('a'), ' ', link('b'), ' ', link('c'), ' d e f')"]);
  });

  it('within the page lead to the block at which the anchor stood', () => {
    const { doc, anchors } = fromXhtml(
      '<p>See <a href="#end">the end</a>.</p><h2 id="end">End</h2><p><a name="last"></a>x</p><div id="behind"></div>',
    );
    const [, heading, last] = doc.children;
    expect(anchors.get('end')).toBe(heading?.attrs.id);
    expect(anchors.get('last')).toBe(last?.attrs.id);
    expect(anchors.get('behind')).toBe(last?.attrs.id);
    expect(doc.firstChild?.child(1).marks[0]?.attrs.href).toBe(`#b-${String(heading?.attrs.id)}`);
  });

  it('to other files are joined when all of them were read', () => {
    const { doc } = fromXhtml('<p>See <a href="two.xhtml#x">there</a> or <a href="three.xhtml">here</a>.</p>', {
      linkHref: (href) => `#${href}`,
    });
    const linked = relinkManuscript(doc, (href) => (href === '#two.xhtml#x' ? '#b-abcdefghijkl' : null));
    expect(outline(linked)).toEqual(["paragraph('See ', link('there'), ' or here.')"]);
    expect(relinkManuscript(linked, (href) => href)).toBe(linked);
  });
});

describe('lists', () => {
  it('keep their numbers, and items that begin with something else than text', () => {
    const { doc } = fromXhtml('<ol start="7"><li>a</li><li><blockquote>b</blockquote></li><li></li></ol>');
    expect(outline(doc)).toEqual([
      "orderedList(listItem(paragraph('a')), listItem(paragraph, blockquote(paragraph('b'))), listItem(paragraph))",
    ]);
    expect(doc.firstChild?.attrs.start).toBe(7);
  });

  it('take in what stands wrongly between their items', () => {
    expect(read('<ul>x<li>a</li><ul><li>b</li></ul><p>c</p></ul>')).toEqual([
      "bulletList(listItem(paragraph('x')), listItem(paragraph('a'), bulletList(listItem(paragraph('b')))), listItem(paragraph('c')))",
    ]);
    expect(read('<li>a</li><li>b</li>')).toEqual(["paragraph('a')", "paragraph('b')"]);
  });
});

describe('pictures', () => {
  it('are blocks of their own, with description, title, size and caption', () => {
    const { doc } = fromXhtml(
      '<figure><img src="i/map.png" alt="A  map" title="T" width="640" height="480px"/><figcaption>The <i>harbour</i></figcaption></figure>',
      { imageFile },
    );
    expect(outline(doc)).toEqual(["image('The ', emphasis('harbour'))"]);
    expect(doc.firstChild?.attrs).toMatchObject({
      fileId: 'i-map-png',
      alt: 'A map',
      title: 'T',
      width: 640,
      height: 480,
    });
  });

  it('move behind the line that they stand in', () => {
    expect(read('<p>a <img src="x"/> b</p><p>c</p>', { imageFile })).toEqual([
      "paragraph('a b')",
      'image',
      "paragraph('c')",
    ]);
    expect(read('<h2>Title <img src="x"/></h2>', { imageFile })).toEqual(["heading('Title')", 'image']);
    expect(codes('<p>a <img src="x"/> b</p>', { imageFile })).toEqual(['changed image-moved 1']);
  });

  it('that could not be stored are told, and leave their captions', () => {
    expect(read('<figure><img src="x"/><figcaption>A map.</figcaption></figure>')).toEqual(["paragraph('A map.')"]);
    expect(codes('<p><img src="x"/><img src="../../etc/passwd"/></p>', { imageFile: (src) => src })).toEqual([
      'lost image-lost 1',
    ]);
  });

  it('of a large first letter become the letter', () => {
    expect(read('<p><img src="drop-a.png" alt="A"/>nce upon a time</p>', { imageFile })).toEqual([
      "paragraph('Ance upon a time')",
    ]);
    expect(read('<p><span><img src="o.png" alt="O"/></span> what</p>', { imageFile })).toEqual([
      'image',
      "paragraph('what')",
    ]);
  });

  it('within an SVG, as covers are, are kept; other drawings are told', () => {
    expect(read('<svg viewBox="0 0 1 1"><image xlink:href="cover.jpg" width="600"/></svg>', { imageFile })).toEqual([
      'image',
    ]);
    expect(codes('<p>a<svg><path d="M0 0"/></svg></p>')).toEqual(['lost drawing-lost 1']);
  });
});

describe('what a manuscript has no form for', () => {
  it('is kept in another shape, and told', () => {
    expect(
      read(
        '<table><caption>Times</caption><thead><tr><th>Day</th><th>Hour</th></tr></thead><tr><td>Mon</td><td><b>5</b></td></tr></table>',
      ),
    ).toEqual(["paragraph('Times')", "paragraph('Day | Hour')", "paragraph('Mon | ', strong('5'))"]);
    expect(read('<table><tr><td><p>a</p><p>b</p></td></tr></table>')).toEqual(["paragraph('a')", "paragraph('b')"]);
    expect(read('<dl><dt>Sea</dt><dd>Water.</dd></dl>')).toEqual(["paragraph('Sea')", "paragraph('Water.')"]);
    expect(read('<details><summary>More</summary>text</details>')).toEqual(["paragraph('More')", "paragraph('text')"]);
    expect(read('<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby></p>')).toEqual(["paragraph('漢字(かんじ)')"]);
    expect(read('<p>x<math><mi>y</mi><mo>=</mo><mn>2</mn></math> <q>quoted</q></p>')).toEqual([
      "paragraph('xy=2 “quoted”')",
    ]);
    expect(read('<form><label>Name</label><input value="x"><button>Go</button></form>')).toEqual(["paragraph('Name')"]);
  });

  it('is noted with its place: the source and the heading before', () => {
    const { notes } = fromXhtml(
      '<h1>One</h1><h2>Two</h2><video src="x"></video><table><tr><td>a</td><td>b</td></tr></table><h2>Three</h2><video src="y"></video><video src="z"></video>',
      { source: 'text/one.xhtml' },
    );
    expect(notes).toEqual([
      {
        severity: 'lost',
        code: 'media-lost',
        message: 'Sound, film or another embedded object was left out.',
        where: 'text/one.xhtml · Two',
        count: 1,
      },
      {
        severity: 'changed',
        code: 'table-flattened',
        message: 'A table became paragraphs, one for each row.',
        where: 'text/one.xhtml · Two',
        count: 1,
      },
      {
        severity: 'lost',
        code: 'media-lost',
        message: 'Sound, film or another embedded object was left out.',
        where: 'text/one.xhtml · Three',
        count: 2,
      },
    ]);
  });

  it('does not make the list of notes endless', () => {
    const html = Array.from({ length: 3000 }, (_, index) => `<h2>${index}</h2><video src="x"></video>`).join('');
    const { notes } = fromXhtml(html);
    expect(notes.length).toBeLessThanOrEqual(510);
    expect(notes.reduce((sum, note) => sum + note.count, 0)).toBe(3000);
  });

  it('keeps code as it is written', () => {
    const { doc } = fromXhtml('<pre>\n<code class="language-ts">let a;\r\n\n\tb  = "&lt;";\n</code></pre>');
    expect(doc.firstChild?.textContent).toBe('let a;\n\n\tb  = "<";');
    expect(doc.firstChild?.attrs.language).toBe('ts');
    expect(read('<pre>a<br/>b <b>c</b></pre>')).toEqual(["codeBlock('a\\nb c')"]);
  });
});
