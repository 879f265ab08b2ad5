import { blockText, forEachTextBlock } from '../schema/block-text.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { segmenterFor } from '../schema/segmenter.ts';

export interface WordCount {
  /** Words of the text, without footnotes. */
  readonly words: number;
  readonly footnoteWords: number;
  /** Unicode characters (code points) of the text with spaces, without footnotes and line breaks. */
  readonly characters: number;
}

const OTHER = 0;
/** Letters, digits and their accents: what makes a run of signs a word. */
const WORD = 1;
/** White space and dashes that part words. */
const GAP = 2;
/** Scripts that write words without spaces between them. */
const UNSPACED = 3;
const PAIR = 4;

const UNSPACED_SCRIPT =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const WORD_SIGN = /[\p{L}\p{N}\p{M}]/u;
/** Em dash, horizontal bar, two- and three-em dash, ellipsis, zero-width space. */
const GAP_SIGN = /[\s\u2014\u2015\u2e3a\u2e3b\u2026\u200b]/;

const kindOf = (sign: string): number => {
  if (GAP_SIGN.test(sign)) return GAP;
  if (!WORD_SIGN.test(sign)) return OTHER;
  return UNSPACED_SCRIPT.test(sign) ? UNSPACED : WORD;
};

let kinds: Uint8Array | null = null;

/** What each UTF-16 unit is; made on first use, in about 15 ms. */
const kindTable = (): Uint8Array => {
  if (kinds) return kinds;
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < table.length; unit++) {
    table[unit] = unit >= 0xd800 && unit <= 0xdfff ? PAIR : kindOf(String.fromCharCode(unit));
  }
  kinds = table;
  return table;
};

const countUnspaced = (text: string, language: string): number => {
  let words = 0;
  for (const segment of segmenterFor(language, 'word').segment(text)) if (segment.isWordLike) words += 1;
  return words;
};

interface Tally {
  words: number;
  characters: number;
}

const HYPHEN = 0x2d;
const PERIOD = 0x2e;
const LINE_FEED = 0x0a;

/** Counts the words of one text. One pass; only runs of unspaced scripts are handed to the segmenter. */
const countText = (text: string, language: string, tally: Tally): void => {
  const table = kindTable();
  let isInWord = false;
  let unspacedFrom = -1;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const at = index;
    let kind = table[unit] ?? OTHER;
    if (unit !== LINE_FEED) tally.characters += 1;
    if (kind === PAIR) {
      const sign = String.fromCodePoint(text.codePointAt(index) ?? unit);
      kind = kindOf(sign);
      index += sign.length - 1;
    } else if ((unit === HYPHEN || unit === PERIOD) && text.charCodeAt(index + 1) === unit) kind = GAP;
    if (unspacedFrom >= 0 && kind !== UNSPACED) {
      tally.words += countUnspaced(text.slice(unspacedFrom, at), language);
      unspacedFrom = -1;
    }
    if (kind === WORD) isInWord = true;
    else if (kind !== OTHER) {
      if (isInWord) tally.words += 1;
      isInWord = false;
      if (kind === UNSPACED && unspacedFrom < 0) unspacedFrom = at;
    }
  }
  if (isInWord) tally.words += 1;
  if (unspacedFrom >= 0) tally.words += countUnspaced(text.slice(unspacedFrom), language);
};

/**
 * Counts words as people and word processors do: what stands between spaces and has a letter or digit is a word
 * (`don't`, `well-known`, `1914–1918` are one), an em dash or an ellipsis parts words, a sign alone is none. Chinese,
 * Japanese, Thai, Lao, Khmer and Burmese, which put no spaces between words, are segmented by `Intl.Segmenter`.
 *
 * `language` (BCP 47) helps the segmenter; the other scripts do not need it.
 */
export const wordCount = (source: DocNode | string, language = 'en'): WordCount => {
  const text: Tally = { words: 0, characters: 0 };
  const notes: Tally = { words: 0, characters: 0 };
  if (typeof source === 'string') countText(source, language, text);
  else {
    forEachTextBlock(source, (block) => {
      countText(blockText(block), language, text);
      block.forEach((child) => {
        if (child.type.name === 'footnote') countText(blockText(child), language, notes);
      });
    });
  }
  return { words: text.words, footnoteWords: notes.words, characters: text.characters };
};
