import * as Y from 'yjs';
import { countWords } from './count-words.ts';

/** Name of the one root type of a live document. */
export const FRAGMENT = 'manuscript';

/** A copy of a scene with changes that the server does not have and could not be given. Nothing of it is lost by itself. */
export interface RescuedCopy {
  readonly sceneId: string;
  readonly generation: string;
  readonly at: Date;
  /** Why it could not be saved: an error code, e.g. EDITOR_GENERATION_CHANGED. */
  readonly reason: string;
  /** The whole document as the author saw it: Yjs v2 encoding. */
  readonly state: Uint8Array;
  /** Only what was not acknowledged: Yjs v1 encoding. */
  readonly unacknowledged: Uint8Array | undefined;
  /** Words in it, about. */
  readonly words: number;
}

export const rescue = (
  doc: Y.Doc,
  why: { readonly sceneId: string; readonly generation: string; readonly reason: string },
  unacknowledged: Uint8Array | undefined,
): RescuedCopy => ({
  ...why,
  at: new Date(),
  state: Y.encodeStateAsUpdateV2(doc),
  unacknowledged,
  words: unacknowledged ? countWords([unacknowledged]) : 0,
});

/** What an author sees of a document: all but the ids of its blocks. */
const visible = (doc: Y.Doc): string =>
  doc
    .getXmlFragment(FRAGMENT)
    .toJSON()
    .replaceAll(/ id="[^"]*"/g, '');

/** Whether a copy says the same as a document. */
export const saysSame = (copy: RescuedCopy, doc: Y.Doc): boolean => {
  const kept = new Y.Doc();
  Y.applyUpdateV2(kept, copy.state);
  const isSame = visible(kept) === visible(doc);
  kept.destroy();
  return isSame;
};
