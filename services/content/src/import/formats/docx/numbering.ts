import { childOf, childrenOf, type XmlElement } from '../xml/xml-tree.ts';

/** One level of a numbered or bulleted list. */
export interface NumberingLevel {
  readonly isBullet: boolean;
  readonly start: number;
  readonly format: string;
  /** Such as `Chapter %1`, where `%1` is the number of the first level. */
  readonly text: string;
}

export interface DocxNumbering {
  /** Undefined for a paragraph that is in no list. */
  readonly level: (numberingId: string | undefined, level: number) => NumberingLevel | undefined;
  /** What stands before a numbered heading; counts it. '' where nothing does. */
  readonly count: (numberingId: string | undefined, level: number) => string;
}

const valueOf = (element: XmlElement | undefined): string | undefined => element?.attributes['w:val'];

const readLevel = (element: XmlElement): NumberingLevel => {
  const format = valueOf(childOf(element, 'w:numFmt')) ?? 'decimal';
  const start = Number.parseInt(valueOf(childOf(element, 'w:start')) ?? '1', 10);
  return {
    isBullet: format === 'bullet',
    start: Number.isNaN(start) ? 1 : start,
    format,
    text: valueOf(childOf(element, 'w:lvlText')) ?? '',
  };
};

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

const roman = (number: number): string => {
  let left = Math.min(Math.max(number, 0), 5_000);
  let text = '';
  for (const [value, sign] of ROMAN)
    while (left >= value) {
      text += sign;
      left -= value;
    }
  return text;
};

const letter = (number: number): string => {
  const index = Math.max(1, number) - 1;
  return String.fromCharCode(65 + (index % 26)).repeat(Math.min(10, 1 + Math.floor(index / 26)));
};

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '. . twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const inWords = (number: number): string => {
  if (number < 20) return ONES[number] ?? String(number);
  if (number > 99) return String(number);
  const tens = TENS[Math.floor(number / 10)] ?? '';
  return number % 10 === 0 ? tens : `${tens}-${ONES[number % 10] ?? ''}`;
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const FORMATS: Readonly<Record<string, (number: number) => string>> = {
  upperRoman: roman,
  lowerRoman: (number) => roman(number).toLowerCase(),
  upperLetter: letter,
  lowerLetter: (number) => letter(number).toLowerCase(),
  cardinalText: (number) => capitalised(inWords(number)),
  decimalZero: (number) => String(number).padStart(2, '0'),
  none: () => '',
};

const formatNumber = (number: number, format: string): string => (FORMATS[format] ?? String)(number);

class Numbering implements DocxNumbering {
  readonly #levels = new Map<string, ReadonlyMap<number, NumberingLevel>>();
  /** Counters by list; lists of one abstract definition go on counting. */
  readonly #counts = new Map<string, number[]>();
  readonly #lists = new Map<string, string>();

  constructor(root: XmlElement | null) {
    const abstract = new Map<string, Map<number, NumberingLevel>>();
    for (const element of childrenOf(root ?? undefined, 'w:abstractNum')) {
      const levels = childrenOf(element, 'w:lvl').map((level): [number, NumberingLevel] => [
        Number(level.attributes['w:ilvl'] ?? 0),
        readLevel(level),
      ]);
      abstract.set(element.attributes['w:abstractNumId'] ?? '', new Map(levels));
    }
    for (const element of childrenOf(root ?? undefined, 'w:num')) {
      const id = element.attributes['w:numId'] ?? '';
      const abstractId = valueOf(childOf(element, 'w:abstractNumId')) ?? '';
      const levels = new Map(abstract.get(abstractId));
      let isOwn = false;
      for (const override of childrenOf(element, 'w:lvlOverride')) {
        const index = Number(override.attributes['w:ilvl'] ?? 0);
        const replaced = childOf(override, 'w:lvl');
        const start = Number.parseInt(valueOf(childOf(override, 'w:startOverride')) ?? '', 10);
        const known = replaced ? readLevel(replaced) : levels.get(index);
        if (known) levels.set(index, Number.isNaN(start) ? known : { ...known, start });
        isOwn ||= !Number.isNaN(start);
      }
      this.#levels.set(id, levels);
      this.#lists.set(id, isOwn ? `own ${id}` : abstractId);
    }
  }

  level = (numberingId: string | undefined, level: number): NumberingLevel | undefined =>
    // the list 0 takes a paragraph out of the list of its style
    numberingId === undefined || numberingId === '0' ? undefined : this.#levels.get(numberingId)?.get(level);

  count = (numberingId: string | undefined, level: number): string => {
    const here = this.level(numberingId, level);
    if (!here || here.isBullet || numberingId === undefined) return '';
    const list = this.#lists.get(numberingId) ?? numberingId;
    const counts = this.#counts.get(list) ?? [];
    const startOf = (index: number): number => this.level(numberingId, index)?.start ?? 1;
    counts[level] = counts[level] === undefined ? here.start : counts[level] + 1;
    counts.length = level + 1;
    this.#counts.set(list, counts);
    return here.text
      .replaceAll(/%(\d)/g, (_, digit: string) => {
        const index = Number(digit) - 1;
        return formatNumber(counts[index] ?? startOf(index), this.level(numberingId, index)?.format ?? 'decimal');
      })
      .trim();
  };
}

/** Reads `word/numbering.xml`. */
export const readNumbering = (root: XmlElement | null): DocxNumbering => new Numbering(root);
