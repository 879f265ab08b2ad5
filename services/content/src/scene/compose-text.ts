import type { ManuscriptDoc, TextFormat } from '@authorworks/contracts';
import { matchBlockIds } from '@authorworks/manuscript/blocks';
import { fromMarkdown, toMarkdown } from '@authorworks/manuscript/markdown';
import { checkManuscript, type ManuscriptProblem } from '@authorworks/manuscript/schema';
import { fromText, toText } from '@authorworks/manuscript/text';
import type { z } from 'zod';
import { isBlank, openText, type SealedText, sealText } from './sealed-text.ts';

/** A text as somebody sends it. */
export type WrittenText =
  | { readonly kind: 'markdown' | 'text'; readonly text: string; readonly language: string }
  | { readonly kind: 'doc'; readonly doc: z.infer<typeof ManuscriptDoc> };

export type ComposedText =
  | { readonly ok: true; readonly text: SealedText }
  | { readonly ok: false; readonly problems: readonly ManuscriptProblem[] };

/**
 * The text that takes the place of another. Markdown and plain text can always be read; their blocks get the identities of
 * those that they are like. A document says itself what is what, and is refused unless it fits the schema to the letter.
 *
 * @param current The text of now, as it is kept.
 */
export const composeText = (written: WrittenText, current: string): ComposedText => {
  if (written.kind === 'doc') {
    const checked = checkManuscript(written.doc);
    return checked.ok ? { ok: true, text: sealText(checked.doc) } : checked;
  }
  const { text, language } = written;
  const doc = written.kind === 'markdown' ? fromMarkdown(text, { language }).doc : fromText(text).doc;
  return { ok: true, text: sealText(matchBlockIds(openText(current), doc)) };
};

/** A kept text as Markdown or plain text. An empty paragraph has a sign in Markdown, but an empty text has none. */
export const renderText = (kept: string, format: Exclude<z.infer<typeof TextFormat>, 'json'>): string => {
  const doc = openText(kept);
  if (isBlank(doc)) return '';
  return format === 'markdown' ? toMarkdown(doc) : toText(doc);
};
