import * as Y from 'yjs';

/** Name of the one root type of a live document. */
export const FRAGMENT = 'manuscript';

/** The manuscript of a live document. Asked for first of all: a root that was not asked for has no type yet. */
export const fragmentOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment(FRAGMENT);

/** An empty live document, ready to take updates. */
export const newLiveDoc = (): Y.Doc => {
  const doc = new Y.Doc();
  fragmentOf(doc);
  return doc;
};

/** Builds a live document of its compacted state (v2 encoding) and the updates after it (v1). */
export const buildLiveDoc = (state: Uint8Array, updates: readonly Uint8Array[] = []): Y.Doc => {
  const doc = newLiveDoc();
  Y.applyUpdateV2(doc, state);
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
};
