import { diff } from 'fast-myers-diff';
import type * as Y from 'yjs';
import type { Run } from './from-manuscript.ts';

/** Above this many words a text is compared by its beginning and its end only. */
const MAX_TOKENS = 20_000;

type Attributes = Readonly<Record<string, unknown>>;

interface Piece {
  readonly length: number;
  readonly attributes: Attributes;
}

const tokensOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

/** One replacement: characters `from` to `to` of the old text by those of the new one. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

const startsOf = (tokens: readonly string[]): number[] => {
  const starts = [0];
  for (const token of tokens) starts.push((starts.at(-1) ?? 0) + token.length);
  return starts;
};

const editByEnds = (before: string, after: string): Edit[] => {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [{ from: start, to: before.length - end, newFrom: start, newTo: after.length - end }];
};

/** What to do to one text to make another of it, word by word, from left to right. */
const editsOf = (before: string, after: string): Edit[] => {
  if (before === after) return [];
  const [old, current] = [tokensOf(before), tokensOf(after)];
  if (old.length + current.length > MAX_TOKENS) return editByEnds(before, after);
  const [oldStarts, currentStarts] = [startsOf(old), startsOf(current)];
  return [...diff(old, current)].map(([from, to, newFrom, newTo]) => ({
    from: oldStarts[from] ?? 0,
    to: oldStarts[to] ?? 0,
    newFrom: currentStarts[newFrom] ?? 0,
    newTo: currentStarts[newTo] ?? 0,
  }));
};

const piecesOf = (delta: readonly { readonly insert?: unknown; readonly attributes?: Attributes }[]): Piece[] =>
  delta.flatMap(({ insert, attributes = {} }) =>
    typeof insert === 'string' ? [{ length: insert.length, attributes }] : [],
  );

/** The runs of a part of the text. */
const cut = (runs: readonly Run[], from: number, to: number): Run[] => {
  const parts: Run[] = [];
  let at = 0;
  for (const { insert, attributes } of runs) {
    const part = insert.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (part !== '') parts.push({ insert: part, attributes });
    at += insert.length;
  }
  return parts;
};

const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => isSame((one as Attributes)[key], (other as Attributes)[key]))
  );
};

/** Attributes to set, and to take away as null, so that one becomes the other. */
const patchOf = (before: Attributes, after: Attributes): Record<string, unknown> => {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) if (!isSame(before[key], value)) patch[key] = value;
  return patch;
};

const changeFormats = (text: Y.XmlText, runs: readonly Run[]): void => {
  const current = piecesOf(text.toDelta() as { insert: unknown; attributes?: Attributes }[]);
  const wanted = runs.map(({ insert, attributes }) => ({ length: insert.length, attributes }));
  let at = 0;
  let [old, left] = [current.shift(), 0];
  left = old?.length ?? 0;
  for (const { length, attributes } of wanted) {
    for (let rest = length; rest > 0 && old; ) {
      const step = Math.min(rest, left);
      const patch = patchOf(old.attributes, attributes);
      if (Object.keys(patch).length > 0) text.format(at, step, patch);
      at += step;
      rest -= step;
      left -= step;
      if (left > 0) continue;
      old = current.shift();
      left = old?.length ?? 0;
    }
  }
};

/** Makes a text say `runs` by as few insertions, deletions and formats as its words need. */
export const changeText = (text: Y.XmlText, runs: readonly Run[]): void => {
  const before = (text.toDelta() as { insert: unknown }[])
    .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
    .join('');
  const after = runs.map(({ insert }) => insert).join('');
  // from the right, so that places further left stay what they were
  for (const { from, to, newFrom, newTo } of editsOf(before, after).reverse()) {
    if (to > from) text.delete(from, to - from);
    let at = from;
    for (const { insert, attributes } of cut(runs, newFrom, newTo)) {
      text.insert(at, insert, { ...attributes });
      at += insert.length;
    }
  }
  changeFormats(text, runs);
};
