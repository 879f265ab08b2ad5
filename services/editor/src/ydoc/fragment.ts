import * as Y from 'yjs';

/** Name of the one root type of a live document. */
export const FRAGMENT = 'manuscript';

/** The manuscript of a live document. Asked for first of all: a root that was not asked for has no type yet. */
export const fragmentOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment(FRAGMENT);

/**
 * An empty live document, ready to take updates. It holds what it was given and nothing else: left to itself, Yjs deletes
 * marks that look needless after each change of others (cleanupYTextAfterTransaction). Such deletions would be in the
 * documents of this process, and in what is compacted from them, but in nobody else's; and what is needless for one
 * is needed by the concurrent change of another, so that the texts would differ for good.
 */
export const newLiveDoc = (): Y.Doc => {
  const doc = new Y.Doc();
  doc.on('afterTransaction', (transaction) => {
    transaction._needFormattingCleanup = false;
  });
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
