import type { SceneText, TextFormat } from '@authorworks/contracts';
import { toMarkdown } from '@authorworks/manuscript/markdown';
import { toText } from '@authorworks/manuscript/text';
import type { z } from 'zod';
import { isBlank, openText, type SealedText } from './sealed-text.ts';

/** The text of a scene in the form that was asked for. */
export const viewSceneText = (
  sceneId: string,
  text: Pick<SealedText, 'doc' | 'wordCount'> & { readonly version: number },
  format: z.output<typeof TextFormat>,
): z.input<typeof SceneText> => {
  const head = { sceneId, format, version: text.version, wordCount: text.wordCount };
  if (format === 'json') return { ...head, doc: JSON.parse(text.doc) as { type: 'doc' } };
  const doc = openText(text.doc);
  // an empty paragraph has a sign in Markdown, but an empty text has none
  if (isBlank(doc)) return { ...head, text: '' };
  return { ...head, text: format === 'markdown' ? toMarkdown(doc) : toText(doc) };
};
