import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocksOf,
  diffBlocks,
  findBlock,
  joinManuscripts,
  matchBlockIds,
  splitManuscript,
} from '../src/blocks/index.ts';
import { fromMarkdown, toMarkdown } from '../src/markdown/index.ts';
import { type DocNode, manuscriptSchema, normaliseManuscript } from '../src/schema/index.ts';
import { anyManuscript, withoutIds } from './arbitrary-manuscript.ts';
import { doc, fn, h, idOf, li, line, outline, p, quote, sceneBreak, ul, verse } from './writing.ts';

const NOTHING = { added: [], removed: [], changed: [], moved: [] };

/** The same document without any ids, as Markdown or Word give it back. */
const forgetful = (written: DocNode): DocNode =>
  manuscriptSchema.nodeFromJSON(
    JSON.parse(JSON.stringify(written.toJSON(), (key, value) => (key === 'id' ? null : value))),
  );

const idsOf = (written: DocNode): string[] => written.children.map(idOf);

/** The document with other blocks at its top. */
const withBlocks = (written: DocNode, ...blocks: DocNode[]): DocNode => written.type.create(null, blocks);

describe('the blocks of a document', () => {
  it('are listed in reading order, with their places and containers', () => {
    const written = doc(h(1, 'One'), quote(p('a'), ul(li(p('b')))), verse([line('c')]));
    expect(
      blocksOf(written).map(({ node, parent, index }) => [node.type.name, parent?.node.type.name ?? null, index]),
    ).toEqual([
      ['heading', null, 0],
      ['blockquote', null, 1],
      ['paragraph', 'blockquote', 0],
      ['bulletList', 'blockquote', 1],
      ['listItem', 'bulletList', 0],
      ['paragraph', 'listItem', 0],
      ['verse', null, 2],
      ['stanza', 'verse', 0],
      ['verseLine', 'stanza', 0],
    ]);
    for (const { node, pos } of blocksOf(written)) expect(written.nodeAt(pos)).toBe(node);
    expect(findBlock(written, idOf(written.child(1).firstChild))?.node.textContent).toBe('a');
    expect(findBlock(written, 'nobody')).toBeNull();
  });
});

describe('two versions of a document', () => {
  it('differ in nothing when nothing was done', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        expect(diffBlocks(written, written)).toEqual(NOTHING);
      }),
      { numRuns: 100 },
    );
  });

  it('differ in one block when one was edited', () => {
    const before = doc(h(1, 'One'), p('a'), p('b'));
    const [heading, first, second] = before.children as [DocNode, DocNode, DocNode];
    const edited = second.copy(p('b, and more').content);
    expect(diffBlocks(before, withBlocks(before, heading, first, edited))).toEqual({
      ...NOTHING,
      changed: [idOf(second)],
    });
    const louder = second.copy(p(manuscriptSchema.text('b', [manuscriptSchema.marks.strong.create()])).content);
    expect(diffBlocks(before, withBlocks(before, heading, first, louder))).toEqual({
      ...NOTHING,
      changed: [idOf(second)],
    });
  });

  it('differ in as few moved blocks as possible', () => {
    const before = doc(p('a'), p('b'), p('c'), p('d'), p('e'));
    const [a, b, c, d, e] = before.children as [DocNode, DocNode, DocNode, DocNode, DocNode];
    expect(diffBlocks(before, withBlocks(before, e, a, b, c, d))).toEqual({ ...NOTHING, moved: [idOf(e)] });
    expect(diffBlocks(before, withBlocks(before, a, c, d, e, b))).toEqual({ ...NOTHING, moved: [idOf(b)] });
    expect(diffBlocks(before, withBlocks(before, a, b, e))).toEqual({ ...NOTHING, removed: [idOf(c), idOf(d)] });
  });

  it('show a paragraph that went into a quote as moved, and the quote as new', () => {
    const before = doc(p('a'), p('b'));
    const [a, b] = before.children as [DocNode, DocNode];
    const after = normaliseManuscript(withBlocks(before, a, quote(b)));
    expect(diffBlocks(before, after)).toEqual({ ...NOTHING, added: [idOf(after.child(1))], moved: [idOf(b)] });
  });
});

describe('a document that lost its ids', () => {
  it('gets all of them back when its text is the same', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        expect(matchBlockIds(written, forgetful(written)).toJSON()).toEqual(written.toJSON());
      }),
      { numRuns: 300 },
    );
  });

  it('never gets an id twice and keeps its text, whatever it was before', () => {
    fc.assert(
      fc.property(anyManuscript, anyManuscript, (before, after) => {
        const matched = matchBlockIds(before, after);
        matched.check();
        expect(withoutIds(matched)).toEqual(withoutIds(after));
        expect(normaliseManuscript(matched)).toBe(matched);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the ids of what was edited, moved and left when it comes back from Markdown', () => {
    const before = doc(
      h(2, 'The harbour'),
      p('The sea was calm that morning, and nobody spoke.'),
      p('“Stop!” he said.'),
      sceneBreak(),
      quote(p('All that we see is sea.', fn('Anonymous.'))),
      verse([line('One line of verse'), line('and another one')]),
      p('The end.'),
    );
    const markdown = toMarkdown(before)
      .replace('nobody spoke', 'nobody dared to speak')
      .replace('The harbour', 'The old harbour')
      .replace('The end.', 'Something new altogether.\n\nThe end.');
    const after = matchBlockIds(before, fromMarkdown(markdown).doc);
    const diff = diffBlocks(before, after);
    expect(diff.changed).toEqual([idOf(before.child(0)), idOf(before.child(1))]);
    expect(diff.added).toEqual([idOf(after.child(6))]);
    expect([...diff.removed, ...diff.moved]).toEqual([]);
  });

  it('follows a scene that was moved to another place', () => {
    const before = doc(p('First things first.'), p('Then the second thing.'), p('And the third at last.'));
    const [a, b, c] = before.children as [DocNode, DocNode, DocNode];
    expect(idsOf(matchBlockIds(before, forgetful(withBlocks(before, c, a, b))))).toEqual([c, a, b].map(idOf));
  });

  it('tells the same words apart by their neighbours', () => {
    const before = doc(p('No.'), p('He waited.'), p('No.'), p('She left.'), p('No.'));
    const [, , third, fourth, fifth] = before.children as [DocNode, DocNode, DocNode, DocNode, DocNode];
    expect(idsOf(matchBlockIds(before, forgetful(withBlocks(before, third, fourth, fifth))))).toEqual(
      [third, fourth, fifth].map(idOf),
    );
  });

  it('gives a paragraph that became a heading its old id', () => {
    const before = doc(p('The Storm'), p('It rained.'));
    const after = matchBlockIds(before, doc(h(1, 'The Storm'), p('It rained.')));
    expect(idsOf(after)).toEqual(idsOf(before));
  });

  it('keeps the ids that it still has', () => {
    const before = doc(p('a'), p('b'));
    const [a, b] = before.children as [DocNode, DocNode];
    const swapped = withBlocks(before, a.copy(p('b').content), b.copy(p('a').content));
    expect(idsOf(matchBlockIds(before, swapped))).toEqual([a, b].map(idOf));
  });

  it('is matched in time about linear in its length, also when nothing or everything is the same', () => {
    const size = 5000;
    const long = (make: (index: number) => string) =>
      doc(...Array.from({ length: size }, (_, index) => p(make(index))));
    const numbered = long((index) => `Paragraph ${index} of the book, which says something about ${index * 7919}.`);
    const edited = long((index) => `Paragraph ${index} of the novel, which says a thing about ${index * 7919}.`);
    expect(idsOf(matchBlockIds(numbered, forgetful(edited)))).toEqual(idsOf(numbered));
    const repeated = long(() => 'No.');
    expect(idsOf(matchBlockIds(repeated, forgetful(repeated)))).toEqual(idsOf(repeated));
    const other = long((index) => String.fromCodePoint(0x4e00 + index).repeat(8));
    const known = new Set(idsOf(numbered));
    expect(idsOf(matchBlockIds(numbered, forgetful(other))).some((id) => known.has(id))).toBe(false);
  });
});

describe('a scene that is split', () => {
  it('begins anew at the block, and comes together again as it was', () => {
    const whole = doc(h(1, 'One'), p('a'), sceneBreak(), p('b'));
    const split = splitManuscript(whole, idOf(whole.child(2)));
    expect(split && outline(split.first)).toEqual(["heading('One')", "paragraph('a')"]);
    expect(split && outline(split.second)).toEqual(['sceneBreak', "paragraph('b')"]);
    expect(split && joinManuscripts(split.first, split.second).toJSON()).toEqual(whole.toJSON());
  });

  it('may be cut within a list: the second half of the list is a new one, its items stay themselves', () => {
    const whole = doc(ul(li(p('a')), li(p('b'), p('c')), li(p('d'))));
    const list = whole.firstChild;
    const split = splitManuscript(whole, idOf(list?.child(1).child(1)));
    expect(split && outline(split.first)).toEqual(["bulletList(listItem(paragraph('a')), listItem(paragraph('b')))"]);
    expect(split && outline(split.second)).toEqual(["bulletList(listItem(paragraph('c')), listItem(paragraph('d')))"]);
    expect(split?.first.firstChild?.attrs.id).toBe(list?.attrs.id);
    expect(split?.second.firstChild?.attrs.id).not.toBe(list?.attrs.id);
    expect(split?.second.firstChild?.child(1).attrs.id).toBe(list?.child(2).attrs.id);
  });

  it('leaves an empty paragraph behind when it is split at its first block', () => {
    const whole = doc(p('a'));
    expect(outline(splitManuscript(whole, idOf(whole.firstChild))?.first ?? whole)).toEqual(['paragraph']);
    expect(splitManuscript(whole, 'nobody')).toBeNull();
  });

  it('keeps every block in one of its halves, wherever it is cut', () => {
    fc.assert(
      fc.property(anyManuscript, fc.nat(), (whole, choice) => {
        const blocks = blocksOf(whole);
        const block = blocks[choice % blocks.length];
        const split = splitManuscript(whole, block?.id ?? '');
        split?.first.check();
        split?.second.check();
        expect(`${split?.first.textContent}${split?.second.textContent}`).toBe(whole.textContent);
        const leaf = blocksOf(split?.second ?? whole).find(({ node }) => node.isTextblock || node.isLeaf);
        const cut = blocks
          .filter(({ pos }) => pos >= (block?.pos ?? 0))
          .find(({ node }) => node.isTextblock || node.isLeaf);
        if (block && !block.parent) expect(leaf?.id).toBe(cut?.id);
      }),
      { numRuns: 300 },
    );
  });
});

describe('two scenes that become one', () => {
  it('keep their blocks; where both have an id, the second scene’s block gets a new one', () => {
    const one = doc(p('a'), p('b'));
    const joined = joinManuscripts(one, one);
    expect(outline(joined)).toEqual(["paragraph('a')", "paragraph('b')", "paragraph('a')", "paragraph('b')"]);
    expect(new Set(idsOf(joined)).size).toBe(4);
    expect(idsOf(joined).slice(0, 2)).toEqual(idsOf(one));
  });

  it('are the one that has text, when the other is empty', () => {
    const one = doc(p('a'));
    expect(joinManuscripts(one, doc(p())).toJSON()).toEqual(one.toJSON());
    expect(joinManuscripts(doc(p()), one).toJSON()).toEqual(one.toJSON());
  });
});
