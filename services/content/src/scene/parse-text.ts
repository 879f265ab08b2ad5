import type { ManuscriptDoc } from '@authorworks/contracts';
import { fromMarkdown } from '@authorworks/manuscript/markdown';
import {
  checkManuscript,
  type DocNode,
  type ManuscriptProblem,
  normaliseManuscript,
} from '@authorworks/manuscript/schema';
import { fromText } from '@authorworks/manuscript/text';
import type { z } from 'zod';

/** A text as somebody sends it. */
export type WrittenText =
  | { readonly kind: 'markdown' | 'text'; readonly text: string; readonly language: string }
  | { readonly kind: 'doc'; readonly doc: z.infer<typeof ManuscriptDoc> };

export type ParsedText =
  | { readonly ok: true; readonly doc: DocNode }
  | { readonly ok: false; readonly problems: readonly ManuscriptProblem[] };

/** Reads a text; Markdown and plain text always can be, ProseMirror JSON is refused unless it fits the schema to the letter. */
export const parseText = (written: WrittenText): ParsedText => {
  if (written.kind === 'doc') {
    const checked = checkManuscript(written.doc);
    return checked.ok ? { ok: true, doc: normaliseManuscript(checked.doc) } : checked;
  }
  const { text, language } = written;
  const doc = written.kind === 'markdown' ? fromMarkdown(text, { language }).doc : fromText(text).doc;
  return { ok: true, doc };
};
