import { describe, expect, it } from 'vitest';
import { fromXhtml } from '../src/xhtml/index.ts';

describe('a source made to do harm', () => {
  const size = 200_000;

  it.each([
    ['<b>', 'nested formatting'],
    ['<div>', 'nested blocks'],
    ['<blockquote>', 'nested quotes'],
    ['<ul><li>', 'nested lists'],
    ['<table><tr><td>', 'nested tables'],
    ['<div class="poem">', 'nested poems'],
    ['<section epub:type="epigraph">', 'nested epigraphs'],
    ['<span class="aw-footnote">', 'nested footnotes'],
    ['<ruby><rt>', 'nested rubies'],
    ['<svg>', 'nested drawings'],
    ['<a href="#x">1</a>', 'many links'],
    ['</x>', 'end tags of nothing'],
    ['<b></i>', 'wrong end tags'],
    ['<p class="poem">a</p>x', 'many poems'],
    ['<ul><ul><li>a</li></ul></ul>', 'wrongly nested lists'],
    ['<', 'angle brackets'],
    ['&amp;', 'entities'],
    ['&#x', 'broken entities'],
    ['<a ', 'open tags'],
    ['<!--', 'open comments'],
    ['<p title="', 'open quotes'],
    ['<![CDATA[', 'open sections'],
    ['<img src="file:a">', 'many pictures'],
    ['<h1><img src="file:a">', 'many pictures in headings'],
    ['<br>', 'line breaks'],
    ['<p>&nbsp;</p>', 'empty paragraphs'],
    [' ', 'white space'],
    ['\u0000', 'control characters'],
  ])('of %s is read to its end: %s', (piece) => {
    const { doc } = fromXhtml(piece.repeat(Math.ceil(size / piece.length)));
    doc.check();
  });

  it('as wrongly closed as can be is read to its end', () => {
    const tags = '<b><i><u><s><em><strong><p>';
    fromXhtml(tags.repeat(5000) + '</b></i></p>'.repeat(10_000)).doc.check();
  });

  it('of 50 MB is read to its end', () => {
    const { doc } = fromXhtml(`<p>${'The sea was calm that night. '.repeat(1_700_000)}</p><b>x</b>`);
    expect(doc.textContent.length).toBeGreaterThan(49_000_000);
  });

  it('with more elements than any book has keeps its text', () => {
    const { doc, notes } = fromXhtml('<i>a</i>'.repeat(1_200_000));
    expect(doc.textContent.length).toBe(1_200_000);
    expect(notes.map(({ code }) => code)).toEqual(['nesting-flattened']);
  });
});
