import { matchSequences } from '../blocks/match-sequences.ts';
import type { Sentence } from './sentences-of.ts';

/** A sentence before and what it is after. */
export type SentencePair = readonly [before: Sentence, after: Sentence];

export interface SentenceDiff {
  /** Same id, same text. */
  readonly kept: readonly SentencePair[];
  /** Same text under another id: it stands in another block, or elsewhere among sentences of the same text. */
  readonly moved: readonly SentencePair[];
  /** Another text in the place of the old one. */
  readonly changed: readonly SentencePair[];
  readonly added: readonly Sentence[];
  readonly removed: readonly Sentence[];
}

const matchables = (sentences: readonly Sentence[]) => sentences.map(({ key, text }) => ({ key, text }));

/** One sentence alone between two that stayed: rewritten, however little is left of it. */
const pairLonely = (matched: Int32Array, before: readonly Sentence[]): void => {
  const taken = new Set(matched);
  for (let index = 0; index < matched.length; index++) {
    if (matched[index] !== -1) continue;
    const previous = index === 0 ? -1 : (matched[index - 1] ?? -2);
    const next = index + 1 === matched.length ? before.length : (matched[index + 1] ?? -2);
    const isGap = (index === 0 || previous >= 0) && next === previous + 2;
    if (!isGap || taken.has(previous + 1)) continue;
    matched[index] = previous + 1;
    taken.add(previous + 1);
  }
};

/**
 * Compares the sentences of a block, or of a whole document, before and after. First by id, then by text (sentences that
 * moved to another block), then by likeness in order. Takes time about linear in the lists.
 */
export const diffSentences = (before: readonly Sentence[], after: readonly Sentence[]): SentenceDiff => {
  const places = new Map(before.map(({ id }, index) => [id, index]));
  const known = new Map<number, number>();
  for (const [index, { id }] of after.entries()) {
    const place = places.get(id);
    if (place !== undefined) known.set(index, place);
    places.delete(id);
  }
  const matched = matchSequences(matchables(before), matchables(after), known);
  pairLonely(matched, before);
  const pairs: SentencePair[] = [];
  const added: Sentence[] = [];
  const used = new Set<Sentence>();
  for (const [index, sentence] of after.entries()) {
    const was = before[matched[index] ?? -1];
    if (was) {
      pairs.push([was, sentence]);
      used.add(was);
    } else added.push(sentence);
  }
  return {
    kept: pairs.filter(([was, is]) => was.id === is.id),
    moved: pairs.filter(([was, is]) => was.id !== is.id && was.key === is.key),
    changed: pairs.filter(([was, is]) => was.key !== is.key),
    added,
    removed: before.filter((sentence) => !used.has(sentence)),
  };
};
