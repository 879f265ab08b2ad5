import type { DocNode } from './manuscript-schema.ts';
import {
  type ManuscriptLimits,
  type ManuscriptProblem,
  manuscriptLimits,
  type Reading,
  ReadingStopped,
  readDocument,
} from './read-manuscript.ts';

export type CheckedManuscript =
  | { readonly ok: true; readonly doc: DocNode }
  | { readonly ok: false; readonly problems: readonly ManuscriptProblem[] };

const newReading = (limits: Partial<ManuscriptLimits>, mend: boolean): Reading => ({
  limits: { ...manuscriptLimits, ...limits },
  mend,
  problems: [],
  blocks: 0,
  inlines: 0,
  characters: 0,
});

/**
 * Reads a document that somebody sent. It is refused with the problems named unless every node, mark, attribute and
 * nesting is one of the schema and the size is within the limits; at most 50 problems are listed. Characters that no
 * book can hold (see `cleanText`) are left out. An empty document becomes one empty paragraph.
 *
 * Depth is limited before anything is nested, so no document overflows the stack; keys such as `__proto__` are unknown
 * keys like others and are never copied anywhere.
 */
export const checkManuscript = (json: unknown, limits: Partial<ManuscriptLimits> = {}): CheckedManuscript => {
  const reading = newReading(limits, false);
  try {
    const doc = readDocument(reading, json);
    if (doc && reading.problems.length === 0) return { ok: true, doc };
  } catch (error) {
    if (!(error instanceof ReadingStopped)) throw error;
  }
  return { ok: false, problems: reading.problems };
};

export interface MendedManuscript {
  readonly doc: DocNode;
  /** What was left out or changed so that the document fits the schema; empty for a valid document. */
  readonly problems: readonly ManuscriptProblem[];
}

/**
 * Reads a document that must not be refused, such as the live text of a scene in which two writers deleted at once or
 * one of them uses a broken client: what fits the schema is kept, unknown nodes are replaced by what they contain,
 * wrong attributes by their defaults. For text that somebody sends in a request use `checkManuscript`.
 */
export const mendManuscript = (json: unknown, limits: Partial<ManuscriptLimits> = {}): MendedManuscript => {
  const reading = newReading(limits, true);
  const doc = readDocument(reading, json);
  if (doc) return { doc, problems: reading.problems };
  return { doc: newReadingOfNothing(), problems: reading.problems };
};

const newReadingOfNothing = (): DocNode => {
  const empty = readDocument(newReading({}, true), { type: 'doc' });
  if (!empty) throw new Error('The schema has no empty document.');
  return empty;
};
