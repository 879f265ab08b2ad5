import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordCount } from '../src/words/index.ts';
import { br, code, doc, fn, h, image, li, line, p, sceneBreak, text, ul, verse } from './writing.ts';

describe('the number of words', () => {
  it.each([
    ['', 0],
    ['One two three', 3],
    ['  white \n space\tof every  kind ', 5],
    ["don't can’t o'clock rock-’n’-roll well-known", 5],
    ['Wait—what? Yes—no', 4],
    ['Wait--what', 2],
    ['Well…I never. And so...on', 6],
    ['1914–1918, 3.14, $5.00, 10,000, 50%, 2nd', 6],
    ['— * * * & — … !', 0],
    ['and/or he/she', 2],
    ['“Stop!” he said. (Or not.)', 5],
    ['naïve cafe\u0301 Ærøskøbing', 3],
    ['Привет, мир!', 2],
    ['שלום עולם', 2],
    ['안녕하세요 세계', 2],
    ['👩‍👩‍👧 ❤ 🎉', 0],
    ['𝒜𝒷𝒸 word', 2],
    ['a@b.example https://example.com/path?q=1', 2],
  ])('of %j is %d', (written, words) => {
    expect(wordCount(written, 'en').words).toBe(words);
  });

  it.each([
    ['我喜欢读书。', 'zh', 3],
    ['私は本を読むのが好きです。', 'ja', 9],
    ['ฉันชอบอ่านหนังสือ', 'th', 4],
    ['我用 Word 写作', 'zh', 4],
    ['カーテンの向こう', 'ja', 3],
  ])('of %j is counted by the words that people of its language see', (written, language, words) => {
    expect(wordCount(written, language).words).toBe(words);
  });

  it('of a manuscript is that of all its text, and footnotes are counted apart', () => {
    const written = doc(
      h(1, 'Chapter one'),
      p('The sea', fn('A note of six small words.'), ' was ', text('ca', 'emphasis'), 'lm.'),
      p('Dear Mara,', br(), 'come home.'),
      sceneBreak(),
      verse([line('Tyger Tyger'), line('burning bright', 1)]),
      ul(li(p('one')), li(p('two'))),
      image({ fileId: 'f', alt: 'not counted' }, 'A caption'),
      code('let x'),
    );
    expect(wordCount(written, 'en')).toEqual({ words: 20, footnoteWords: 6, characters: 93 });
  });

  it('does not depend on where formatting begins', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(part, part, (one, other) => {
        expect(wordCount(p(text(one), text(other, 'strong')), 'en')).toEqual(wordCount(one + other, 'en'));
      }),
    );
  });

  it('of two texts with a space between is the sum of both', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        const both = wordCount(`${one} ${other}`, 'en').words;
        expect(both).toBe(wordCount(one, 'en').words + wordCount(other, 'en').words);
      }),
    );
  });

  it('counts characters as a reader does, not as a computer does', () => {
    expect(wordCount('a\u{1f600}é\nb', 'en').characters).toBe(4);
  });

  it('takes a language that nobody knows', () => {
    expect(wordCount('我喜欢读书。', 'nonsense-tag-that-is-too-long').words).toBe(3);
    expect(wordCount('word').words).toBe(1);
  });

  it('goes through five million characters and through a million of Chinese', () => {
    expect(wordCount('the sea was calm. '.repeat(280_000), 'en').words).toBe(4 * 280_000);
    expect(wordCount('我喜欢读书。'.repeat(170_000), 'zh').words).toBe(3 * 170_000);
  });
});
