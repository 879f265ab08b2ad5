import { FRAGMENT } from '@authorworks/editor-client';
import { toMarkdown } from '@authorworks/manuscript/markdown';
import { manuscriptSchema, mendManuscript } from '@authorworks/manuscript/schema';
import { yXmlFragmentToProseMirrorRootNode } from 'y-prosemirror';
import type * as Y from 'yjs';

/** The text of a Yjs document as Markdown. Large: fetched by `save-text.ts` in an emergency only. */
export const textAsMarkdown = (doc: Y.Doc): string => {
  const root = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(FRAGMENT), manuscriptSchema);
  return toMarkdown(mendManuscript(root.toJSON()).doc);
};
