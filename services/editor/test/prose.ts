import { checkManuscript, type DocNode, newBlockId } from '@authorworks/manuscript/schema';

/** Random numbers that a seed repeats (mulberry32). */
export interface Dice {
  readonly seed: number;
  /** From 0 up to, but not including, 1. */
  readonly roll: () => number;
  /** A whole number from 0 up to, but not including, `below`. */
  readonly pick: (below: number) => number;
  readonly one: <T>(of: readonly T[]) => T;
}

export const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = (below: number): number => Math.floor(roll() * below);
  return {
    seed,
    roll,
    pick,
    one: (of) => {
      const chosen = of[pick(of.length)];
      if (chosen === undefined) throw new RangeError('nothing to choose from');
      return chosen;
    },
  };
};

const WORDS =
  'the lamp burned low and she counted the steps of the stair again while rain ran down the panes like ink over a page nobody would read before morning came to the harbour with its grey sails'.split(
    ' ',
  );

export const wordsOf = (random: Dice, count: number): string =>
  Array.from({ length: count }, () => random.one(WORDS)).join(' ');

interface Json {
  type: string;
  attrs?: Record<string, unknown>;
  content?: Json[];
  text?: string;
  marks?: Json[];
}

const text = (value: string, marks: Json[] = []): Json => ({
  type: 'text',
  text: value,
  ...(marks.length > 0 ? { marks } : {}),
});

export const paragraph = (value: string, attrs: Record<string, unknown> = {}): Json => ({
  type: 'paragraph',
  attrs: { id: newBlockId(), ...attrs },
  ...(value === '' ? {} : { content: [text(value)] }),
});

const inline = (random: Dice): Json[] => {
  const parts: Json[] = [];
  for (let count = 1 + random.pick(4); count > 0; count -= 1) {
    const kind = random.pick(6);
    if (kind === 0) parts.push(text(wordsOf(random, 2), [{ type: 'emphasis' }]));
    else if (kind === 1)
      parts.push(
        text(wordsOf(random, 1), [{ type: 'link', attrs: { href: 'https://example.org/a' } }, { type: 'strong' }]),
      );
    else if (kind === 2)
      parts.push({ type: 'footnote', attrs: { id: newBlockId() }, content: [text(wordsOf(random, 3))] });
    else if (kind === 3) parts.push({ type: 'hardBreak' });
    else parts.push(text(`${wordsOf(random, 1 + random.pick(12))} `));
  }
  return parts;
};

const block = (random: Dice, depth: number): Json => {
  const id = newBlockId();
  switch (random.pick(depth > 2 ? 3 : 9)) {
    case 0:
      return { type: 'heading', attrs: { id, level: 1 + random.pick(4) }, content: [text(wordsOf(random, 3))] };
    case 3:
      return { type: 'sceneBreak', attrs: { id } };
    case 4:
      return {
        type: 'blockquote',
        attrs: { id, kind: random.one(['quote', 'letter', 'epigraph']) },
        content: [block(random, depth + 1), block(random, depth + 1)],
      };
    case 5:
      return {
        type: random.one(['bulletList', 'orderedList']),
        attrs: { id },
        content: [0, 1].map(() => ({
          type: 'listItem',
          attrs: { id: newBlockId() },
          content: [{ type: 'paragraph', attrs: { id: newBlockId() }, content: inline(random) }],
        })),
      };
    case 6:
      return {
        type: 'verse',
        attrs: { id },
        content: [
          {
            type: 'stanza',
            attrs: { id: newBlockId() },
            content: [0, 2].map((indent) => ({
              type: 'verseLine',
              attrs: { id: newBlockId(), indent },
              content: [text(wordsOf(random, 4))],
            })),
          },
        ],
      };
    case 7:
      return { type: 'codeBlock', attrs: { id, language: 'ts' }, content: [text('const lamp = 1;')] };
    default:
      return { type: 'paragraph', attrs: { id, align: random.one([null, 'center']) }, content: inline(random) };
  }
};

const checked = (content: Json[]): DocNode => {
  const result = checkManuscript({ type: 'doc', content });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.doc;
};

/** A manuscript with every kind of block. */
export const randomManuscript = (random: Dice, blocks = 12): DocNode =>
  checked(Array.from({ length: blocks }, () => block(random, 0)));

/** A manuscript of plain paragraphs of about fifty words each. */
export const plainManuscript = (random: Dice, words: number): DocNode =>
  checked(Array.from({ length: Math.max(1, Math.round(words / 50)) }, () => paragraph(wordsOf(random, 50))));

/** Paragraphs of just these lines. */
export const manuscriptOf = (...lines: readonly string[]): DocNode => checked(lines.map((line) => paragraph(line)));
