import { toText } from '@authorworks/manuscript/text';
import { fromXhtml } from '@authorworks/manuscript/xhtml';

const LIMIT = 100_000;

/** A description as plain text: stores and programs write HTML into it, often escaped. */
export const plainDescription = (written: string): string => {
  const text = written.trim().slice(0, LIMIT);
  if (!/<[a-z/][^>]*>|&[a-z#0-9]+;/i.test(text)) return text.replaceAll(/[ \t]*\n\s*/g, '\n');
  return toText(fromXhtml(text).doc).trim();
};
