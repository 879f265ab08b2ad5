import type { SceneText, TextFormat } from '@authorworks/contracts';
import type { z } from 'zod';
import type { ContentContext } from '../context.ts';
import type { SealedText } from './sealed-text.ts';

/** The text of a scene in the form that was asked for. */
export const showSceneText = async (
  { texts }: Pick<ContentContext, 'texts'>,
  text: Pick<SealedText, 'doc' | 'wordCount'> & { readonly version: number },
  { sceneId, format }: { readonly sceneId: string; readonly format: z.output<typeof TextFormat> },
): Promise<z.input<typeof SceneText>> => {
  const head = { sceneId, format, version: text.version, wordCount: text.wordCount };
  if (format === 'json') return { ...head, doc: JSON.parse(text.doc) as { type: 'doc' } };
  return { ...head, text: await texts.render({ kept: text.doc, format }) };
};
