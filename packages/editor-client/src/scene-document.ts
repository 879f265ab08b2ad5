import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { FRAGMENT } from './rescue.ts';

/** Marks what came from the server, so that it is not sent back. */
export const FROM_SERVER = Symbol('from the server');

/** A document, and cursors and names of everybody in it. */
export interface SceneDocument {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
}

interface Told {
  /** Something was changed here. */
  readonly changed: (doc: Y.Doc, update: Uint8Array) => void;
  /** The cursor here, or what is told of its owner. */
  readonly moved: () => void;
}

/** An empty document. */
export const openDocument = ({ changed, moved }: Told): SceneDocument => {
  const doc = new Y.Doc();
  // Yjs would delete marks that look needless after each change of others, as if the reader had typed that
  doc.on('afterTransaction', (transaction) => {
    transaction._needFormattingCleanup = false;
  });
  doc.getXmlFragment(FRAGMENT);
  const awareness = new Awareness(doc);
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== FROM_SERVER) changed(doc, update);
  });
  awareness.on('update', (_: unknown, origin: unknown) => {
    if (origin !== FROM_SERVER) moved();
  });
  return { doc, awareness };
};

/** Bytes as Yjs takes them: socket.io gives an ArrayBuffer in browsers and a Buffer in Node. */
export const bytesOf = (bytes: Uint8Array | ArrayBuffer): Uint8Array =>
  bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;

/** Whether a document holds changes that a state vector does not know. */
export const hasMore = (doc: Y.Doc, stateVector: Uint8Array): boolean => {
  const known = Y.decodeStateVector(stateVector);
  for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc)))
    if (clock > (known.get(client) ?? 0)) return true;
  return false;
};
