import { isBlockId } from './block-id.ts';
import type { ParsedElement } from './element.ts';

/** How a paragraph may stand; `null` leaves it to the book's design. */
export const alignments = ['left', 'center', 'right', 'justify'] as const;
export type Alignment = (typeof alignments)[number];

/** What a blockquote is to the reader. */
export const quoteKinds = ['quote', 'epigraph', 'letter'] as const;
export type QuoteKind = (typeof quoteKinds)[number];

export const HEADING_LEVELS = 4;
/** Deepest indentation of a line of verse, in steps of the book's design. */
export const VERSE_INDENTS = 8;
/** Highest number a list may start with: the most that Markdown can write. */
export const LIST_START_LIMIT = 999_999_999;
export const IMAGE_SIZE_LIMIT = 100_000;

export const readId = (element: ParsedElement): string | null => {
  const id = element.getAttribute('data-block-id');
  return isBlockId(id) ? id : null;
};

export const readWhole = (
  text: string | null,
  range: { readonly from: number; readonly to: number },
): number | null => {
  if (text === null || !/^\d{1,9}$/.test(text.trim())) return null;
  const number = Number(text);
  return number >= range.from && number <= range.to ? number : null;
};

export const known = <T extends string>(values: readonly T[], value: unknown): T | null =>
  values.find((candidate) => candidate === value) ?? null;

export const readAlignment = (element: ParsedElement): Alignment | null => {
  const written = (element.style?.textAlign || element.getAttribute('align') || '').toLowerCase();
  return known(alignments, { start: 'left', end: 'right' }[written] ?? written);
};

/** Attributes of an element in the browser; those without a value are left out. */
export const written = (attributes: Record<string, unknown>): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string' || typeof value === 'number') kept[name] = String(value);
  }
  return kept;
};
