import * as Y from 'yjs';
import { rescuePart } from './room-parts.ts';

/** The text of a Yjs document as Markdown, so that it can be kept outside of the house and brought in again. */
export const textOfDoc = async (doc: Y.Doc): Promise<string> => {
  const { textAsMarkdown } = await rescuePart.fetch();
  return textAsMarkdown(doc);
};

/** The same for a whole document in Yjs's second encoding. */
export const textOfState = async (state: Uint8Array): Promise<string> => {
  const doc = new Y.Doc();
  Y.applyUpdateV2(doc, state);
  return await textOfDoc(doc);
};

export const saveAsFile = (name: string, text: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  link.download = name.replace(/[/\\:*?"<>|]/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
