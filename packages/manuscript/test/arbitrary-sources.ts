import fc from 'fast-check';
import { anyText } from './arbitrary-manuscript.ts';

const tags = (
  'p div span b i em strong u s sup sub code a img br hr h1 h2 h5 ul ol li blockquote pre section aside figure figcaption table tr td ' +
  'th tbody dl dt dd q ruby rt rp svg math script style title textarea iframe details summary cite footer center font nav body html head ' +
  'x-thing o:p'
).split(' ');

const attributes = [
  '',
  ' id="x"',
  ' id="fn1"',
  ' href="#fn1"',
  ' href="#x"',
  ' href="javascript:alert(1)"',
  ' href="https://example.com/"',
  ' src="file:abc"',
  ' src="x.png" onerror="alert(1)"',
  ' class="aw-verse"',
  ' class="aw-stanza"',
  ' class="aw-line aw-i3"',
  ' class="aw-footnote"',
  ' class="aw-blank"',
  ' class="aw-lang" lang="fr"',
  ' class="poem"',
  ' class="stanza"',
  ' class="epigraph"',
  ' class="center"',
  ' class="scene-break"',
  ' class="footnotes"',
  ' epub:type="noteref"',
  ' epub:type="footnote"',
  ' epub:type="z3998:poem"',
  ' role="doc-backlink"',
  ' lang="de"',
  ' style="font-style:italic; text-align:right"',
  ' style="display:none"',
  ' hidden',
  ' start="5"',
  ' alt="* * *"',
  " title='a\"b'",
  ' title="unclosed',
];

const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...tags).chain((tag) => fc.constantFrom(...attributes).map((text) => `<${tag}${text}>`)),
  },
  { weight: 3, arbitrary: fc.constantFrom(...tags).map((tag) => `</${tag}>`) },
  { weight: 1, arbitrary: fc.constantFrom(...tags).map((tag) => `<${tag}/>`) },
  { weight: 4, arbitrary: anyText },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?xml ',
      '<!DOCTYPE x [',
      '&nbsp;',
      '&#0;',
      '&lt;script&gt;',
      '* * *',
    ),
  },
);

/** A soup of tags and text, as no program should write it. */
export const anyHtml: fc.Arbitrary<string> = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

const markdownPiece = fc.oneof(
  { weight: 4, arbitrary: anyText },
  { weight: 1, arbitrary: piece },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '\n',
      '\n\n',
      '\n\n',
      ' ',
      '  \n',
      '\\\n',
      '# ',
      '\n## ',
      '\n> ',
      '\n- ',
      '\n1. ',
      '\n    ',
      '\n```\n',
      '\n~~~ts\n',
      '\n* * *\n',
      '\n---\n',
      '\n===\n',
      '*',
      '**',
      '_',
      '__',
      '~~',
      '`',
      '[^1]',
      '\n\n[^1]: ',
      '[a](https://example.com "t")',
      '[a](javascript:x)',
      '![a](file:abc "t")',
      '\n\n[a]: https://example.com\n\n',
      '[a][a]',
      '<https://example.com>',
      '\n<div class="verse">\n\n',
      '\n</div>\n\n',
      '\n<br>\n\n',
      '\n<blockquote class="letter">\n\n',
      '</blockquote>',
    ),
  },
);

/** A soup of Markdown signs, text and HTML. */
export const anyMarkdown: fc.Arbitrary<string> = fc
  .array(markdownPiece, { maxLength: 30 })
  .map((pieces) => pieces.join(''));
