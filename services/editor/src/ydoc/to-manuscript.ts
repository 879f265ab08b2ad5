import { type DocNode, type ManuscriptProblem, mendManuscript } from '@authorworks/manuscript/schema';
import * as Y from 'yjs';
import { blockIdOf } from './block-ids.ts';
import { fragmentOf } from './fragment.ts';

/** ProseMirror JSON of a node, not checked yet. */
interface Json {
  readonly type: string;
  readonly attrs?: Record<string, unknown>;
  readonly content?: readonly Json[];
  readonly text?: string;
  readonly marks?: readonly { readonly type: string; readonly attrs?: unknown }[];
}

interface Delta {
  readonly insert: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

const textsOf = (text: Y.XmlText): Json[] =>
  (text.toDelta() as Delta[]).flatMap(({ insert, attributes = {} }) => {
    if (typeof insert !== 'string' || insert === '') return [];
    const marks = Object.entries(attributes).map(([type, attrs]) => ({ type, attrs }));
    return [{ type: 'text', text: insert, ...(marks.length > 0 ? { marks } : {}) }];
  });

const childrenOf = (parent: Y.XmlFragment, taken: Set<string>): Json[] =>
  parent.toArray().flatMap((child) => {
    if (child instanceof Y.XmlText) return textsOf(child);
    return child instanceof Y.XmlElement ? [nodeOf(child, taken)] : [];
  });

const nodeOf = (element: Y.XmlElement, taken: Set<string>): Json => {
  const id = blockIdOf(element, taken);
  const attrs: Record<string, unknown> = { ...element.getAttributes(), ...(id === undefined ? {} : { id }) };
  const content = childrenOf(element, taken);
  return {
    type: element.nodeName,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(content.length > 0 ? { content } : {}),
  };
};

/** What a live document says, with what had to be mended because several writers left it so. */
export const readLiveDoc = (
  doc: Y.Doc,
): { readonly manuscript: DocNode; readonly problems: readonly ManuscriptProblem[] } => {
  const content = childrenOf(fragmentOf(doc), new Set());
  const { doc: manuscript, problems } = mendManuscript({ type: 'doc', content });
  return { manuscript, problems };
};
