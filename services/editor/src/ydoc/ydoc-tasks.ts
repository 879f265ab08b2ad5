import { mendManuscript, normaliseManuscript } from '@authorworks/manuscript/schema';
import * as Y from 'yjs';
import { buildLiveDoc } from './fragment.ts';
import { liveDocOf } from './from-manuscript.ts';
import { readLiveDoc } from './to-manuscript.ts';

/** A document as it is stored. */
export interface StoredBytes {
  /** Yjs v2 encoding. */
  readonly state: Uint8Array;
  /** Yjs v1 encoding. */
  readonly updates: readonly Uint8Array[];
}

export interface CompactedBytes {
  readonly state: Uint8Array;
  readonly stateVector: Uint8Array;
}

/** ProseMirror JSON of a manuscript. */
export interface ManuscriptJson {
  readonly type: 'doc';
  readonly [key: string]: unknown;
}

const bytesOf = (doc: Y.Doc): CompactedBytes => {
  const bytes = { state: Y.encodeStateAsUpdateV2(doc), stateVector: Y.encodeStateVector(doc) };
  doc.destroy();
  return bytes;
};

/** One state of a state and the updates after it. */
export const compact = ({ state, updates }: StoredBytes): CompactedBytes => bytesOf(buildLiveDoc(state, updates));

/** What stored documents say. */
export const read = (stored: readonly StoredBytes[]): ManuscriptJson[] =>
  stored.map(({ state, updates }) => {
    const doc = buildLiveDoc(state, updates);
    const json = readLiveDoc(doc).manuscript.toJSON() as ManuscriptJson;
    doc.destroy();
    return json;
  });

/** The first state of a live document. What does not fit the schema is mended, because a scene must open. */
export const seed = (manuscript: unknown): CompactedBytes =>
  bytesOf(liveDocOf(normaliseManuscript(mendManuscript(manuscript).doc)));

/** One update (v2) of many that follow each other (v1). */
export const merge = (updates: readonly Uint8Array[]): Uint8Array =>
  Y.mergeUpdatesV2(
    Array.from({ length: Math.ceil(updates.length / 500) }, (_, part) =>
      Y.convertUpdateFormatV1ToV2(Y.mergeUpdates(updates.slice(part * 500, (part + 1) * 500))),
    ),
  );

/** What a worker thread can be asked for. */
export type YdocTask =
  | ({ readonly task: 'compact' } & StoredBytes)
  | { readonly task: 'read'; readonly stored: readonly StoredBytes[] }
  | { readonly task: 'seed'; readonly manuscript: unknown }
  | { readonly task: 'merge'; readonly updates: readonly Uint8Array[] };

export type YdocResult = CompactedBytes | ManuscriptJson[] | Uint8Array;

export const perform = (task: YdocTask): YdocResult => {
  if (task.task === 'compact') return compact(task);
  if (task.task === 'read') return read(task.stored);
  return task.task === 'seed' ? seed(task.manuscript) : merge(task.updates);
};
