import { longestIncreasing } from './increasing.ts';
import { alignSimilar } from './similarity.ts';

/** What is compared: `key` for sameness, `text` for likeness. */
export interface Matchable {
  readonly key: string;
  /** `null`: nothing to be similar by, such as a scene break. */
  readonly text: string | null;
}

interface Match {
  readonly before: readonly Matchable[];
  readonly after: readonly Matchable[];
  /** For each of `after` the index in `before`, or -1. */
  readonly of: Int32Array;
  readonly taken: Uint8Array;
}

const pair = (match: Match, before: number, after: number): void => {
  match.of[after] = before;
  match.taken[before] = 1;
};

const isOpen = (match: Match, before: number, after: number): boolean =>
  before >= 0 &&
  after >= 0 &&
  before < match.before.length &&
  after < match.after.length &&
  match.taken[before] === 0 &&
  match.of[after] === -1;

const isSame = (match: Match, before: number, after: number): boolean =>
  match.before[before]?.key === match.after[after]?.key;

const indexByKey = (items: readonly Matchable[]): Map<string, number[]> => {
  const places = new Map<string, number[]>();
  for (const [index, { key }] of items.entries()) {
    const list = places.get(key);
    if (list) list.push(index);
    else places.set(key, [index]);
  }
  return places;
};

/** What stands only once on both sides is the same, wherever it moved. */
const matchUnique = (match: Match, old: Map<string, number[]>, current: Map<string, number[]>): void => {
  for (const [key, [index, ...more]] of current) {
    const places = old.get(key);
    if (index === undefined || more.length > 0 || places?.length !== 1) continue;
    const was = places[0] ?? -1;
    if (isOpen(match, was, index)) pair(match, was, index);
  }
};

/** Neighbours of what is matched, then the beginning and the end, as far as they are the same. */
const spread = (match: Match): void => {
  const grow = (before: number, after: number, step: 1 | -1): void => {
    for (let old = before, current = after; isOpen(match, old, current) && isSame(match, old, current); ) {
      pair(match, old, current);
      old += step;
      current += step;
    }
  };
  for (let index = 0; index < match.after.length; index++) {
    const before = match.of[index] ?? -1;
    if (before < 0) continue;
    grow(before + 1, index + 1, 1);
    grow(before - 1, index - 1, -1);
  }
  grow(0, 0, 1);
  grow(match.before.length - 1, match.after.length - 1, -1);
};

/** What is left of several that are the same, in order. */
const matchRepeated = (match: Match, old: Map<string, number[]>): void => {
  const next = new Map<string, number>();
  for (const [index, { key }] of match.after.entries()) {
    if (match.of[index] !== -1) continue;
    const places = old.get(key) ?? [];
    let at = next.get(key) ?? 0;
    while (at < places.length && match.taken[places[at] ?? 0] === 1) at += 1;
    if (at < places.length) pair(match, places[at] ?? 0, index);
    next.set(key, at + 1);
  }
};

const openBetween = (match: Match, from: readonly [number, number], to: readonly [number, number]) => {
  const old: number[] = [];
  const current: number[] = [];
  for (let index = from[0] + 1; index < to[0]; index++) {
    if (match.taken[index] === 0 && match.before[index]?.text !== null) old.push(index);
  }
  for (let index = from[1] + 1; index < to[1]; index++) {
    if (match.of[index] === -1 && match.after[index]?.text !== null) current.push(index);
  }
  return { old, current };
};

/** Between what is matched and kept its order: what is similar, in order. */
const matchSimilar = (match: Match, least: number): void => {
  const matched = [...match.after.keys()].filter((index) => match.of[index] !== -1);
  const kept = longestIncreasing(matched.map((index) => match.of[index] ?? 0));
  let from: readonly [number, number] = [-1, -1];
  const ends = kept.map((index): readonly [number, number] => {
    const after = matched[index] ?? 0;
    return [match.of[after] ?? 0, after];
  });
  for (const to of [...ends, [match.before.length, match.after.length] as const]) {
    const { old, current } = openBetween(match, from, to);
    const { pairs } = alignSimilar(
      old.map((index) => match.before[index]?.text ?? ''),
      current.map((index) => match.after[index]?.text ?? ''),
      least,
    );
    for (const [one, other] of pairs) pair(match, old[one] ?? 0, current[other] ?? 0);
    from = to;
  }
};

/** How alike two texts must be to count as two versions of one: half of their pairs of letters. */
export const LIKENESS = 0.5;

/**
 * Finds out which items of two lists are the same: first by their keys (those that occur once anywhere, others by their
 * neighbours and their order), then by similar text between them. For each item of `after` the index in `before`, or -1.
 * `known`: what is known already, from indexes of `after` to indexes of `before`. Takes time about linear in the lists.
 */
export const matchSequences = (
  before: readonly Matchable[],
  after: readonly Matchable[],
  known: ReadonlyMap<number, number> = new Map(),
): Int32Array => {
  const match: Match = {
    before,
    after,
    of: new Int32Array(after.length).fill(-1),
    taken: new Uint8Array(before.length),
  };
  for (const [index, was] of known) pair(match, was, index);
  const old = indexByKey(before);
  matchUnique(match, old, indexByKey(after));
  spread(match);
  matchRepeated(match, old);
  matchSimilar(match, LIKENESS);
  return match.of;
};
