import type { ManuscriptProblem } from '@authorworks/manuscript/schema';
import { parseText, type WrittenText } from './parse-text.ts';

export type ParseTextTask = WrittenText;

/** As ParsedText, but with the document as JSON, because a thread only hands over plain values. */
export type ParseTextResult =
  | { readonly ok: true; readonly doc: unknown }
  | { readonly ok: false; readonly problems: readonly ManuscriptProblem[] };

// oxlint-disable-next-line import/no-default-export -- a thread's module is called by its default export
export default (task: ParseTextTask): ParseTextResult => {
  const parsed = parseText(task);
  return parsed.ok ? { ok: true, doc: parsed.doc.toJSON() } : parsed;
};
