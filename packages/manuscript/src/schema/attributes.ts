import type { AttributeSpec } from 'prosemirror-model';
import { isBlockId } from './block-id.ts';

/** Longest description of a picture, in UTF-16 units. */
export const ALT_LIMIT = 4000;
/** Longest title of a picture or link, in UTF-16 units. */
export const TITLE_LIMIT = 1000;

/** An attribute whose values are JSON-simple (string, number, null), as y-prosemirror needs them. */
export interface ManuscriptAttribute extends AttributeSpec {
  readonly default: string | number | null;
  /** Throws a RangeError that says what was expected. ProseMirror calls it in `Node.fromJSON` and `Node.check`. */
  readonly validate: (value: unknown) => void;
}

interface AttributeRule {
  readonly fallback: string | number | null;
  readonly accepts: (value: unknown) => boolean;
  /** Completes "must be …". */
  readonly expected: string;
}

export const attribute = ({ fallback, accepts, expected }: AttributeRule): ManuscriptAttribute => ({
  default: fallback,
  validate: (value) => {
    if (!accepts(value)) throw new RangeError(`must be ${expected}`);
  },
});

export const oneOf = <const T extends string>(values: readonly T[], fallback: T | null): ManuscriptAttribute =>
  attribute({
    fallback,
    accepts: (value) => (value === null ? fallback === null : values.some((known) => known === value)),
    expected: `one of ${values.join(', ')}${fallback === null ? ' or null' : ''}`,
  });

/** Text of limited length; `null` is allowed where it is the default. */
export const textAttribute = (limit: number, fallback: '' | null): ManuscriptAttribute =>
  attribute({
    fallback,
    accepts: (value) => (value === null ? fallback === null : typeof value === 'string' && value.length <= limit),
    expected: `text of at most ${limit} characters${fallback === null ? ' or null' : ''}`,
  });

export const wholeNumber = (range: {
  readonly from: number;
  readonly to: number;
  readonly fallback: number | null;
}): ManuscriptAttribute =>
  attribute({
    fallback: range.fallback,
    accepts: (value) =>
      value === null
        ? range.fallback === null
        : typeof value === 'number' && Number.isInteger(value) && value >= range.from && value <= range.to,
    expected: `a whole number from ${range.from} to ${range.to}${range.fallback === null ? ' or null' : ''}`,
  });

/** The identity of a block; `null` until `normaliseManuscript` gives it one. */
export const blockId: ManuscriptAttribute = attribute({
  fallback: null,
  accepts: (value) => value === null || isBlockId(value),
  expected: '12 letters and digits (a block id) or null',
});

const FILE_ID = /^[0-9A-Za-z_-]{1,64}$/;

/** Whether a value can name a file of the house (UUIDs and the like; nothing that means something in an address). */
export const isFileId = (value: unknown): value is string => typeof value === 'string' && FILE_ID.test(value);

const LANGUAGE_TAG = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/;

/** Whether a value is shaped like a BCP 47 language tag that Intl accepts, such as `fr` or `zh-Hant`. */
export const isLanguageTag = (value: unknown): value is string => {
  if (typeof value !== 'string' || value.length > 35 || !LANGUAGE_TAG.test(value)) return false;
  try {
    Intl.getCanonicalLocales(value);
    return true;
  } catch {
    return false;
  }
};
