import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalForm } from '../src/schema/index.ts';
import { fromText, toText } from '../src/text/index.ts';
import { anyManuscript, anyText, withoutIds } from './arbitrary-manuscript.ts';
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

const anyLine = fc
  .tuple(
    fc.constantFrom('', '', '', '  ', '    ', '\t'),
    fc.array(
      fc.oneof(
        fc.constantFrom('the', 'harbour', 'It', 'was', 'sentence.', 'CHAPTER II', 'well-', 'dash--', '* * *'),
        anyText,
      ),
      { maxLength: 15 },
    ),
  )
  .map(([indent, words]) => indent + words.join(' '));

const anyPlainText = fc
  .array(fc.tuple(anyLine, fc.constantFrom('\n', '\n', '\n\n', '\n\n', '\r\n', '\f')), { maxLength: 15 })
  .map((lines) => lines.flat().join(''));

const wrapped = `The harbour lay quite still that morning, and the boats that had come in
during the night were tied up three deep along the quay. Nobody spoke; a
well-known silence, which the old men called the fisher-
man's hour, lay on the water--and on the town behind it.

"Stop!" she said.

"Why?" He turned around, slowly, and looked at her for a while before he
went on walking.`;

describe('plain text', () => {
  it('has a paragraph for what stands between blank lines', () => {
    expect(outline(fromText('One.\n\nTwo.\n\n\n\nThree.').doc)).toEqual([
      "paragraph('One.')",
      "paragraph('Two.')",
      "paragraph('Three.')",
    ]);
  });

  it('that a program wrapped has its lines joined again, hyphens and dashes as they were', () => {
    const { doc: read, wasWrapped } = fromText(wrapped);
    expect(wasWrapped).toBe(true);
    expect(read.children.map((block) => block.textContent)).toEqual([
      "The harbour lay quite still that morning, and the boats that had come in during the night were tied up three deep along the quay. Nobody spoke; a well-known silence, which the old men called the fisher-man's hour, lay on the water--and on the town behind it.",
      '"Stop!" she said.',
      '"Why?" He turned around, slowly, and looked at her for a while before he went on walking.',
    ]);
  });

  it('keeps the lines that its author broke', () => {
    const { doc: read, wasWrapped } = fromText(
      'Mara Quint\n12 Harbour Lane\nPort Sable\n\nDear Mara,\nI write to you.',
    );
    expect(wasWrapped).toBe(false);
    expect(outline(read)).toEqual([
      "paragraph('Mara Quint', hardBreak, '12 Harbour Lane', hardBreak, 'Port Sable')",
      "paragraph('Dear Mara,', hardBreak, 'I write to you.')",
    ]);
  });

  it('with long lines and no blank ones has a paragraph on each line', () => {
    const long =
      'This line was never wrapped by anybody, because the editor that its author writes with shows long lines as paragraphs of their own.';
    expect(outline(fromText(`${long}\n${long}\nShort.`).doc)).toHaveLength(3);
    const dialogue = Array.from({ length: 12 }, (_, index) => `“Line ${index},” she said.`).join('\n');
    expect(outline(fromText(dialogue).doc)).toHaveLength(12);
  });

  it('takes indented lines for verse, and keeps how far they are indented among each other', () => {
    const { doc: read } = fromText(
      'He sang:\n\n    Tyger Tyger, burning bright,\n      In the forests of the night;\n\n    What immortal hand or eye\n    Could frame it?\n\nAnd left.',
    );
    expect(outline(read)).toEqual([
      "paragraph('He sang:')",
      "verse(stanza(verseLine('Tyger Tyger, burning bright,'), verseLine('In the forests of the night;')), stanza(verseLine('What immortal hand or eye'), verseLine('Could frame it?')))",
      "paragraph('And left.')",
    ]);
    expect(read.child(1).firstChild?.child(1).attrs.indent).toBe(1);
  });

  it('parts paragraphs by their first-line indents where there are no blank lines', () => {
    expect(outline(fromText('One goes on\nand on.\n   Two begins\nhere.').doc)).toEqual([
      "paragraph('One goes on', hardBreak, 'and on.')",
      "paragraph('Two begins', hardBreak, 'here.')",
    ]);
  });

  it.each(['* * *', '***', '#', '       *       *       *', '---', '⁂'])(
    'has a scene break where there is only %j',
    (sign) => {
      expect(outline(fromText(`One.\n\n${sign}\n\nTwo.`).doc)[1]).toBe('sceneBreak');
    },
  );

  it.each([
    ['CHAPTER I', 2],
    ['Chapter 12. The Storm', 2],
    ['PART ONE', 1],
    ['Prologue', 2],
    ['Kapitel 3', 2],
    ['Erstes Kapitel', 2],
    ['CHAPITRE IV', 2],
    ['Capítulo 7', 2],
    ['LETTER II', 2],
    ['BOOK THE FIRST', 1],
  ])('has a heading at %j', (title, level) => {
    const { doc: read } = fromText(`${title}\n\nText.`);
    expect(read.firstChild?.type.name).toBe('heading');
    expect(read.firstChild?.attrs.level).toBe(level);
    expect(fromText(`${title}\n\nText.`, { headings: false }).doc.firstChild?.type.name).toBe('paragraph');
  });

  it.each([
    'Chapter one was over before she knew it.',
    'The prologue is long.',
    'Part of me knew.',
    'Chapters',
    'Booking 12',
  ])('has none at %j', (sentence) =>
    expect(fromText(`${sentence}\n\nText.`).doc.firstChild?.type.name).toBe('paragraph'),
  );

  it('can be told how its lines are meant', () => {
    const lines = 'one\ntwo\n\nthree';
    expect(outline(fromText(lines, { lines: 'unwrap' }).doc)).toEqual(["paragraph('one two')", "paragraph('three')"]);
    expect(outline(fromText(lines, { lines: 'keep' }).doc)).toEqual([
      "paragraph('one', hardBreak, 'two')",
      "paragraph('three')",
    ]);
    expect(outline(fromText(lines, { lines: 'paragraphs' }).doc)).toEqual([
      "paragraph('one')",
      "paragraph('two')",
      "paragraph('three')",
    ]);
  });

  it('of nothing is an empty paragraph', () => {
    for (const nothing of ['', '\n\n', '\ufeff', ' \t ', '\u0000', '\f'])
      expect(outline(fromText(nothing).doc)).toEqual(['paragraph']);
  });

  it('is a valid document in normal form, whatever it holds', () => {
    fc.assert(
      fc.property(anyPlainText, fc.constantFrom('auto', 'keep', 'unwrap', 'paragraphs'), (plain, lines) => {
        const { doc: read } = fromText(plain, { lines });
        read.check();
        expect(withoutIds(normalForm(read))).toEqual(withoutIds(read));
      }),
      { numRuns: 500 },
    );
  });

  it('does not change any more once it was read and written', () => {
    fc.assert(
      fc.property(anyPlainText, (plain) => {
        const once = toText(fromText(plain, { lines: 'keep' }).doc);
        expect(toText(fromText(once, { lines: 'keep' }).doc)).toBe(once);
      }),
      { numRuns: 1000 },
    );
    expect(toText(fromText(toText(fromText(wrapped).doc)).doc)).toBe(toText(fromText(wrapped).doc));
  });
});

describe('a manuscript as plain text', () => {
  const novel = doc(
    h(1, 'Chapter 1'),
    p('The ', text('sea', 'emphasis'), fn('Not the ocean.'), ' was calm.'),
    sceneBreak(),
    quote(p('Dear Mara,', br(), 'come home.')),
    verse([line('One'), line('two', 2)], [line('three'), line('four')]),
    ul(li(p('first')), li(p('second'), ol(3, li(p('inner'))))),
    image({ fileId: 'f', alt: 'x' }, 'A map.'),
    code('let x;\n  y();'),
    p(),
  );

  it('is what a reader reads, notes at the end', () => {
    expect(toText(novel)).toBe(
      'Chapter 1\n\nThe sea[1] was calm.\n\n* * *\n\nDear Mara,\ncome home.\n\n    One\n        two\n\n    three\n    four\n\n- first\n\n- second\n\n3. inner\n\nA map.\n\nlet x;\n  y();\n\n[1] Not the ocean.\n',
    );
    expect(toText(novel, { footnotes: 'omit' })).not.toContain('ocean');
    expect(toText(doc(p()))).toBe('');
    expect(toText(p('Just this.'))).toBe('Just this.\n');
  });

  it('is read back with its paragraphs, breaks and verse', () => {
    const plain = doc(
      h(2, 'Chapter 1'),
      p('One.'),
      sceneBreak(),
      p('a', br(), 'b'),
      verse([line('x'), line('y', 3)]),
      p('End.'),
    );
    expect(outline(fromText(toText(plain), { lines: 'keep' }).doc)).toEqual(outline(plain));
  });

  it('never fails, whatever it holds', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => fromText(toText(written)).doc.check()),
      { numRuns: 200 },
    );
  });
});
