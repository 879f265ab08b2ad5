import fc from 'fast-check';
import { type DocNode, manuscriptSchema, newBlockId, normaliseManuscript } from '../src/schema/index.ts';

const { nodes, marks } = manuscriptSchema;

/** Pieces of text that formats trip over. */
const awkward = [
  ...'< > & " \' * _ ` ~ [ ] ( ) # ! | \\ - + = : ; , . ? ^ { } $ @ % / 0 1 2 3 9'.split(' '),
  '**',
  '***',
  '__',
  '~~',
  '``',
  '```',
  '---',
  '* * *',
  '[^1]',
  '[^1]: note',
  '![alt](file:x)',
  '[a](b)',
  '<b>',
  '</p>',
  '<!--',
  '-->',
  '<script>',
  ']]>',
  '&amp;',
  '&lt;',
  '&#65;',
  '# ',
  '> ',
  '- ',
  '+ ',
  '1. ',
  '1) ',
  '| ',
  '    ',
  '\t',
  '\n',
  '\r\n',
  '\u00a0',
  '\u2003',
  '\u00ad',
  '\u200b',
  '\u2028',
  '\u0085',
  '\u0000',
  '\u0007',
  '\ud800',
  '\ufffe',
  'http://example.com',
  'www.example.com',
  'a@b.example',
  '“Stop!”',
  '—',
  '…',
  '漢字',
  'ไทย',
  'שלום',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  '⁂',
  ':::',
];

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('the', 'sea', 'She', 'said', 'Mara', 'and', 'over', 'harbour', 'I') },
  { weight: 3, arbitrary: fc.constantFrom(...awkward) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }) },
);

/** Text as people and hostile people write it; never empty. */
export const anyText: fc.Arbitrary<string> = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.constantFrom('', ' ', ' ', '  '))
  .map(([words, joint]) => words.join(joint))
  .filter((text) => text !== '');

const href = fc.constantFrom(
  'https://example.com/a?b=c&d=e#f',
  'http://example.com/(round)',
  'https://example.com/ä/*_',
  'mailto:a@example.com',
  '#chapter-2',
  'https://example.com/"quoted" <space>',
);

const markSet = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        marks.emphasis.create(),
        marks.emphasis.create(),
        marks.strong.create(),
        marks.smallCaps.create(),
        marks.underline.create(),
        marks.strikethrough.create(),
        marks.superscript.create(),
        marks.subscript.create(),
        marks.code.create(),
      ),
      fc
        .record({ href, title: fc.oneof(fc.constant(null), fc.constant('A "title" & more'), fc.constant('')) })
        .map((attributes) => marks.link.create(attributes)),
      fc
        .record({ lang: fc.constantFrom('fr', 'de', 'zh-Hant', 'ar'), dir: fc.constantFrom(null, 'rtl', 'ltr') })
        .map((attributes) => marks.language.create(attributes)),
    ),
    { maxLength: 3 },
  )
  .map((chosen) => chosen.reduce<readonly DocNode['marks'][number][]>((set, mark) => mark.addToSet(set), []));

const textNode = fc
  .tuple(anyText, fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: markSet }))
  .map(([text, set]) => manuscriptSchema.text(text, set));

const id = fc
  .oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(0) })
  .map((kind) => (kind === null ? newBlockId() : null));

const hardBreak = fc.constant(nodes.hardBreak.create());
const footnote = fc
  .tuple(id, fc.array(fc.oneof({ weight: 4, arbitrary: textNode }, hardBreak), { maxLength: 3 }))
  .map(([own, content]) => nodes.footnote.create({ id: own }, content));

const inlines = fc.array(
  fc.oneof({ weight: 6, arbitrary: textNode }, { weight: 1, arbitrary: hardBreak }, { weight: 1, arbitrary: footnote }),
  { maxLength: 5 },
);
const lineContent = fc.array(fc.oneof({ weight: 6, arbitrary: textNode }, { weight: 1, arbitrary: footnote }), {
  maxLength: 3,
});

const paragraph = fc
  .tuple(
    id,
    fc.constantFrom(null, null, 'left', 'center', 'right', 'justify'),
    fc.constantFrom(null, null, 'none'),
    inlines,
  )
  .map(([own, align, indent, content]) => nodes.paragraph.create({ id: own, align, indent }, content));
const heading = fc
  .tuple(id, fc.integer({ min: 1, max: 4 }), inlines)
  .map(([own, level, content]) => nodes.heading.create({ id: own, level }, content));
const sceneBreak = id.map((own) => nodes.sceneBreak.create({ id: own }));
const codeBlock = fc
  .tuple(
    id,
    fc.constantFrom(null, 'ts', 'c++'),
    fc.array(fc.oneof(anyText, fc.constantFrom('\n', '\n\n', '\t', '  ')), { maxLength: 4 }),
  )
  .map(([own, language, text]) =>
    nodes.codeBlock.create({ id: own, language }, text.length > 0 ? manuscriptSchema.text(text.join('')) : []),
  );
const verseLine = fc
  .tuple(id, fc.integer({ min: 0, max: 8 }), lineContent)
  .map(([own, indent, content]) => nodes.verseLine.create({ id: own, indent }, content));
const stanza = fc
  .tuple(id, fc.array(verseLine, { minLength: 1, maxLength: 3 }))
  .map(([own, content]) => nodes.stanza.create({ id: own }, content));
const verse = fc
  .tuple(id, fc.array(stanza, { minLength: 1, maxLength: 3 }))
  .map(([own, content]) => nodes.verse.create({ id: own }, content));
const image = fc
  .tuple(
    id,
    fc.constantFrom('file-1', 'file-1', '0190b8a2-7c1e-7f00-8000-000000000001', null),
    fc.constantFrom('', 'A "map" of the <island>', '* * *', 'x'),
    fc.constantFrom(null, 'Title & so on', ''),
    fc.tuple(fc.constantFrom(null, 640), fc.constantFrom(null, 480)),
    inlines,
  )
  .map(([own, fileId, alt, title, [width, height], content]) =>
    nodes.image.create({ id: own, fileId, alt, title, width, height }, content),
  );

const { block } = fc.letrec<{ block: DocNode; container: DocNode; list: DocNode }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 8, arbitrary: paragraph },
    { weight: 2, arbitrary: heading },
    { weight: 1, arbitrary: sceneBreak },
    { weight: 1, arbitrary: codeBlock },
    { weight: 2, arbitrary: verse },
    { weight: 1, arbitrary: image },
    { weight: 2, arbitrary: tie('container') },
    { weight: 2, arbitrary: tie('list') },
  ),
  container: fc
    .tuple(id, fc.constantFrom('quote', 'epigraph', 'letter'), fc.array(tie('block'), { minLength: 1, maxLength: 3 }))
    .map(([own, kind, content]) => nodes.blockquote.create({ id: own, kind }, content)),
  list: fc
    .tuple(
      id,
      fc.constantFrom(null, 1, 0, 7),
      fc.array(fc.tuple(id, paragraph, fc.array(tie('block'), { maxLength: 2 })), { minLength: 1, maxLength: 3 }),
    )
    .map(([own, start, items]) => {
      const content = items.map(([item, first, rest]) => nodes.listItem.create({ id: item }, [first, ...rest]));
      return start === null
        ? nodes.bulletList.create({ id: own }, content)
        : nodes.orderedList.create({ id: own, start }, content);
    }),
}));

/** Any document that the schema allows, with ids as an editor keeps them. */
export const anyManuscript: fc.Arbitrary<DocNode> = fc
  .array(block, { minLength: 1, maxLength: 6 })
  .map((content) => normaliseManuscript(nodes.doc.create(null, content)));

/** Any document, with blocks that lack ids. */
export const anyRawManuscript: fc.Arbitrary<DocNode> = fc
  .array(block, { minLength: 1, maxLength: 6 })
  .map((content) => nodes.doc.create(null, content));

/** A document as plain JSON without ids, for comparing what ids cannot survive. */
export const withoutIds = (doc: DocNode): unknown =>
  JSON.parse(JSON.stringify(doc.toJSON(), (key: string, value: unknown) => (key === 'id' ? undefined : value)));
