import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromMarkdown, markdownForm, toMarkdown } from '../src/markdown/index.ts';
import { manuscriptSchema, normalForm } from '../src/schema/index.ts';
import { anyManuscript, withoutIds } from './arbitrary-manuscript.ts';
import { anyMarkdown } from './arbitrary-sources.ts';
import {
  br,
  code,
  doc,
  fn,
  h,
  image,
  li,
  line,
  ol,
  outline,
  p,
  quote,
  sceneBreak,
  text,
  ul,
  verse,
} from './writing.ts';

const { nodes, marks } = manuscriptSchema;

const read = (source: string): string[] => {
  const { doc: written } = fromMarkdown(source);
  written.check();
  return outline(written);
};

const codes = (source: string): string[] =>
  fromMarkdown(source).notes.map(({ severity, code, count }) => `${severity} ${code} ${count}`);

const linked = (label: string, href: string, title: string | null = null) =>
  manuscriptSchema.text(label, [marks.link.create({ href, title })]);

describe('a manuscript as Markdown', () => {
  it('is read back as it was, in the form that Markdown can carry', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const { doc: again } = fromMarkdown(toMarkdown(written));
        again.check();
        expect(withoutIds(again)).toEqual(withoutIds(markdownForm(written)));
      }),
      { numRuns: 600 },
    );
  });

  it('of any source does not change any more once it was read and written', () => {
    fc.assert(
      fc.property(anyMarkdown, (source) => {
        const { doc: written } = fromMarkdown(source);
        written.check();
        expect(withoutIds(normalForm(written))).toEqual(withoutIds(written));
        const once = toMarkdown(written);
        expect(toMarkdown(fromMarkdown(once).doc)).toBe(once);
      }),
      { numRuns: 600 },
    );
  });

  it('is what its author would have typed', () => {
    const written = doc(
      h(2, 'The ', text('Storm', 'emphasis')),
      p(
        '“Stop!” he said',
        br(),
        text('and ', 'strong'),
        'left',
        fn('Or ', text('did', 'emphasis'), ' he?'),
        '. ',
        text('Gone', 'strikethrough'),
        ' ',
        text('x = 1', 'code'),
      ),
      sceneBreak(),
      quote(p('All is sea.'), ul(li(p('one')), li(p('two'), ol(3, li(p('three')))))),
      p(linked('a link', 'https://example.com/a', 'Title'), ' and * stars, _lines_, [brackets] & <tags>'),
      image({ fileId: 'f1', alt: 'A map', title: 'The coast' }),
      code('let a;\n\nlet b;', 'ts'),
      p('1. no list'),
      p('# no heading'),
    );
    expect(toMarkdown(written)).toBe(`## The *Storm*

“Stop!” he said\\
**and** left[^1]. ~~Gone~~ \`x = 1\`

* * *

> All is sea.
>
> - one
>
> - two
>
>   3. three

[a link](https://example.com/a "Title") and \\* stars, \\_lines\\_, \\[brackets] & \\<tags>

![A map](file:f1 "The coast")

\`\`\`ts
let a;

let b;
\`\`\`

1\\. no list

\\# no heading

[^1]: Or *did* he?
`);
  });

  it('uses HTML that other programs show as well for what Markdown has no sign for', () => {
    const written = doc(
      p(
        text('Small', 'smallCaps'),
        ' ',
        text('under', 'underline'),
        ' x',
        text('2', 'superscript'),
        text('i', 'subscript'),
        ' ',
        manuscriptSchema.text('oui', [marks.language.create({ lang: 'fr' })]),
      ),
      nodes.paragraph.create({ align: 'center' }, text('Centred')),
      nodes.paragraph.create({ indent: 'none' }, text('Flush')),
      p(),
      nodes.blockquote.create({ kind: 'epigraph' }, p('All is sea.')),
      verse([line('One'), line('two', 2)], [line('three')]),
      image({ fileId: 'f1', alt: '', width: 640 }, 'A ', text('map', 'emphasis')),
      p('the', text('“sea”', 'emphasis'), 'side'),
    );
    expect(
      toMarkdown(written),
    ).toBe(`<span class="small-caps">Small</span> <u>under</u> x<sup>2</sup><sub>i</sub> <span lang="fr">oui</span>

<div align="center">

Centred

</div>

<div class="no-indent">

Flush

</div>

<br>

<blockquote class="epigraph">

All is sea.

</blockquote>

<div class="verse">

One\\
\u2003\u2003two

three

</div>

<figure>

<img src="file:f1" alt="" width="640">

<figcaption>

A *map*

</figcaption>

</figure>

the<em>“sea”</em>side
`);
    expect(withoutIds(fromMarkdown(toMarkdown(written)).doc)).toEqual(withoutIds(normalForm(written)));
  });

  it('takes a document of an editor’s larger schema', () => {
    expect(toMarkdown(nodes.doc.create(null, [p('a')]))).toBe('a\n');
  });
});

describe('Markdown that somebody wrote', () => {
  it('is read as CommonMark', () => {
    expect(
      read('Title\n=====\n\nA *b* __c__ `d`\ne  \nf\n\n* one\n* two\n\n    code\n\n---\n\n<https://example.com>'),
    ).toEqual([
      "heading('Title')",
      "paragraph('A ', emphasis('b'), ' ', strong('c'), ' ', code('d'), ' e', hardBreak, 'f')",
      "bulletList(listItem(paragraph('one')), listItem(paragraph('two'), paragraph('code')))",
      'sceneBreak',
      "paragraph(link('https://example.com'))",
    ]);
    expect(read('[a][x] ![b][y]\n\n[x]: https://example.com "T"\n[y]: file:f1')).toEqual([
      "paragraph(link('a'))",
      'image',
    ]);
  });

  it('has scene breaks as writers type them', () => {
    for (const sign of ['* * *', '***', '---', '#', '⁂', '\\*\\*\\*', '<center>* * *</center>', '<hr>']) {
      expect(read(`a\n\n${sign}\n\nb`), sign).toEqual(["paragraph('a')", 'sceneBreak', "paragraph('b')"]);
    }
  });

  it('has its footnotes where they are referred to, however they are written', () => {
    expect(
      read('a[^1] b[^note]\n\n[^1]: One *note*.\n\n[^note]: Two\n    lines.\n\n    And a paragraph.\n\nc'),
    ).toEqual([
      "paragraph('a', footnote('One ', emphasis('note'), '.'), ' b', footnote('Two lines.', hardBreak, 'And a paragraph.'))",
      "paragraph('c')",
    ]);
    expect(read('a[^missing]')).toEqual(["paragraph('a[^missing]')"]);
    expect(read('a[^1]\n\n[^1]: x[^2] y[^1]\n\n[^2]: z')).toEqual(["paragraph('a', footnote('x[^2] y[^1]'))"]);
    expect(codes('a\n\n[^1]: lost')).toEqual(['lost footnote-unused 1']);
  });

  it('may hold HTML, which is read by the same rules as a web page', () => {
    expect(read('<p align="center">a <i>b</i></p>\n\n<div class="poem">\n\nOne\\\ntwo\n\n</div>')).toEqual([
      "paragraph('a ', emphasis('b'))",
      "verse(stanza(verseLine('One'), verseLine('two')))",
    ]);
    expect(read('a <sup>b</sup> <span style="font-variant:small-caps">c</span> <kbd>d</kbd>')).toEqual([
      "paragraph('a ', superscript('b'), ' ', smallCaps('c'), ' ', code('d'))",
    ]);
    expect(read('> <blockquote class="letter">\n>\n> Dear Mara,\n>\n> </blockquote>')).toEqual([
      "blockquote(blockquote(paragraph('Dear Mara,')))",
    ]);
    expect(codes('<table><tr><td>a</td><td>b</td></tr></table>')).toEqual(['changed table-flattened 1']);
  });

  it('does not lose what follows when somebody mentions a tag', () => {
    expect(read('The <title> tag, the <script> tag and <!-- this\n\nGo on.')).toEqual([
      "paragraph('The <title> tag, the <script> tag and <!-- this')",
      "paragraph('Go on.')",
    ]);
    expect(fromMarkdown('<div title="open\n\nGo on.').doc.textContent).toBe('<div title="openGo on.');
    expect(read('<!-- never closed\n\nGo on.').join('')).toContain('Go on.');
  });

  it('keeps the pictures that are ours, and asks for others', () => {
    expect(fromMarkdown('![A map](file:f1 "The coast")').doc.firstChild?.attrs).toMatchObject({
      fileId: 'f1',
      alt: 'A map',
      title: 'The coast',
    });
    expect(codes('![x](https://example.com/x.png)')).toEqual(['lost image-lost 1']);
    expect(
      fromMarkdown('![x](images/x.png)', { imageFile: (src) => src.replace(/\W/g, '') }).doc.firstChild?.attrs.fileId,
    ).toBe('imagesxpng');
    expect(
      fromMarkdown('[x](two.md)', { linkHref: () => 'https://example.com' }).doc.firstChild?.firstChild?.marks[0]?.attrs
        .href,
    ).toBe('https://example.com');
  });

  it('of nothing is an empty paragraph', () => {
    for (const nothing of ['', '\n\n', '<!-- x -->', '[a]: https://example.com', '\ufeff'])
      expect(read(nothing), JSON.stringify(nothing)).toEqual(['paragraph']);
  });
});

describe('Markdown made to do harm', () => {
  const pieces = [
    '>',
    '> ',
    '- ',
    '1. ',
    '[',
    '![',
    '[](',
    '*a ',
    '**a',
    '*_',
    '~~a',
    '`',
    '<',
    '<a ',
    '&',
    '[^a]',
    '[^a]: b\n\n',
    '[a]: b\n',
    '<!-- ',
    'a\n',
    '* * *\n',
    '# a\n',
    'a\n=\n',
    '```\n',
    '\\',
    '<div>\n\n',
    '<br>\n\n',
    '- a\n   - a\n',
    '<textarea> ',
    '![a](file:x)\n\n',
    '<blockquote class="epigraph">\n\n',
  ];

  it.each(pieces)('by repeating %j is read and written to its end', (piece) => {
    const { doc: written } = fromMarkdown(piece.repeat(Math.ceil(40_000 / piece.length)));
    written.check();
    toMarkdown(written);
  });

  it('by nesting lists and by backticks of every length is read to its end', () => {
    fromMarkdown(Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(2 * depth)}- a`).join('\n')).doc.check();
    fromMarkdown(Array.from({ length: 500 }, (_, length) => '`'.repeat(length)).join(' ')).doc.check();
    fromMarkdown(`${'[^a]'.repeat(20_000)}\n\n[^a]: ${'long '.repeat(2000)}`).doc.check();
  });
});
