import type { Alignment } from '@authorworks/manuscript/schema';
import { childOf, type XmlElement } from '../xml/xml-tree.ts';

/** What letters look like; absent: as what is around them. */
export interface RunProperties {
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly smallCaps?: boolean;
  readonly caps?: boolean;
  readonly underline?: boolean;
  readonly strikethrough?: boolean;
  readonly position?: 'super' | 'sub' | 'baseline';
  readonly hidden?: boolean;
  readonly rightToLeft?: boolean;
  /** BCP 47, of Latin, East Asian and right-to-left letters. */
  readonly language?: string;
  readonly languageEastAsian?: string;
  readonly languageBidi?: string;
  readonly styleId?: string;
}

/** How a paragraph stands. */
export interface ParagraphProperties {
  readonly styleId?: string;
  readonly align?: Alignment | 'start' | 'end';
  /** From 0 on; 9: body text. */
  readonly outlineLevel?: number;
  readonly numberingId?: string;
  readonly numberingLevel?: number;
  readonly breakBefore?: boolean;
  readonly rightToLeft?: boolean;
  /** In twips. */
  readonly indentLeft?: number;
  readonly indentRight?: number;
  readonly firstLine?: number;
  readonly hasBorder?: boolean;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const valueOf = (element: XmlElement | undefined): string | undefined => element?.attributes['w:val'];

const OFF = new Set(['0', 'false', 'off', 'none']);

/** A property that is on when it is there, unless it says that it is off. */
const isOn = (element: XmlElement): boolean => !OFF.has(valueOf(element)?.toLowerCase() ?? '');

const TOGGLES: Readonly<Record<string, keyof RunProperties>> = {
  'w:i': 'italic',
  'w:b': 'bold',
  'w:smallCaps': 'smallCaps',
  'w:caps': 'caps',
  'w:strike': 'strikethrough',
  'w:dstrike': 'strikethrough',
  'w:vanish': 'hidden',
  'w:rtl': 'rightToLeft',
};

const POSITIONS: Readonly<Record<string, RunProperties['position']>> = {
  superscript: 'super',
  subscript: 'sub',
  baseline: 'baseline',
};

const readLanguages = ({ attributes }: XmlElement): RunProperties => {
  const found: Mutable<RunProperties> = {};
  if (attributes['w:val']) found.language = attributes['w:val'];
  if (attributes['w:eastAsia']) found.languageEastAsian = attributes['w:eastAsia'];
  if (attributes['w:bidi']) found.languageBidi = attributes['w:bidi'];
  return found;
};

/** Reads `w:rPr`. */
export const readRunProperties = (element: XmlElement | undefined): RunProperties => {
  const found: Mutable<RunProperties> = {};
  for (const child of element?.children ?? []) {
    if (typeof child === 'string') continue;
    const toggle = TOGGLES[child.name];
    if (toggle !== undefined) Object.assign(found, { [toggle]: isOn(child) });
    else if (child.name === 'w:u') found.underline = isOn(child);
    else if (child.name === 'w:vertAlign') Object.assign(found, { position: POSITIONS[valueOf(child) ?? ''] });
    else if (child.name === 'w:rStyle') Object.assign(found, { styleId: valueOf(child) });
    else if (child.name === 'w:lang') Object.assign(found, readLanguages(child));
  }
  return found;
};

const ALIGNMENTS: Readonly<Record<string, ParagraphProperties['align']>> = {
  left: 'left',
  start: 'start',
  center: 'center',
  right: 'right',
  end: 'end',
  both: 'justify',
  distribute: 'justify',
};

const numberIn = (text: string | undefined): number | undefined => {
  const number = Number.parseInt(text ?? '', 10);
  return Number.isNaN(number) ? undefined : number;
};

const readIndents = ({ attributes }: XmlElement): ParagraphProperties => {
  const found: Mutable<ParagraphProperties> = {};
  const left = numberIn(attributes['w:left'] ?? attributes['w:start']);
  const right = numberIn(attributes['w:right'] ?? attributes['w:end']);
  const hanging = numberIn(attributes['w:hanging']);
  const firstLine = hanging === undefined ? numberIn(attributes['w:firstLine']) : -hanging;
  if (left !== undefined) found.indentLeft = left;
  if (right !== undefined) found.indentRight = right;
  if (firstLine !== undefined) found.firstLine = firstLine;
  return found;
};

const readNumbering = (element: XmlElement): ParagraphProperties => {
  const id = valueOf(childOf(element, 'w:numId'));
  const level = numberIn(valueOf(childOf(element, 'w:ilvl')));
  return {
    ...(id === undefined ? {} : { numberingId: id }),
    ...(level === undefined ? {} : { numberingLevel: level }),
  };
};

const BORDERS = new Set(['w:top', 'w:bottom', 'w:between']);

const hasBorder = (element: XmlElement): boolean =>
  element.children.some(
    (child) => typeof child !== 'string' && BORDERS.has(child.name) && isOn(child) && valueOf(child) !== 'nil',
  );

/** Reads `w:pPr`. */
export const readParagraphProperties = (element: XmlElement | undefined): ParagraphProperties => {
  const found: Mutable<ParagraphProperties> = {};
  for (const child of element?.children ?? []) {
    if (typeof child === 'string') continue;
    if (child.name === 'w:pStyle') Object.assign(found, { styleId: valueOf(child) });
    else if (child.name === 'w:jc') Object.assign(found, { align: ALIGNMENTS[valueOf(child) ?? ''] });
    else if (child.name === 'w:outlineLvl') Object.assign(found, { outlineLevel: numberIn(valueOf(child)) });
    else if (child.name === 'w:numPr') Object.assign(found, readNumbering(child));
    else if (child.name === 'w:pageBreakBefore') found.breakBefore = isOn(child);
    else if (child.name === 'w:bidi') found.rightToLeft = isOn(child);
    else if (child.name === 'w:ind') Object.assign(found, readIndents(child));
    else if (child.name === 'w:pBdr') found.hasBorder = hasBorder(child);
  }
  return found;
};
