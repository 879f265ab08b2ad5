import type { editorApi, LiveText, SceneId } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { EditorContext } from '../context.ts';
import {
  type DocumentHead,
  readDocument,
  readHeads,
  readSizes,
  type StoredDocument,
} from '../document/document-store.ts';

/** What is read and held in memory at once. */
const PORTION_BYTES = 4 * 1024 * 1024;
const PORTION_SCENES = 25;

/** Documents in portions that are not too large. */
const portionsOf = (heads: readonly DocumentHead[], sizes: ReadonlyMap<string, number>): DocumentHead[][] => {
  const portions: DocumentHead[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const head of heads) {
    const size = sizes.get(head.documentId) ?? 0;
    const last = portions.at(-1);
    if (last && bytes + size <= PORTION_BYTES && last.length < PORTION_SCENES) {
      last.push(head);
      bytes += size;
    } else {
      portions.push([head]);
      bytes = size;
    }
  }
  return portions;
};

const readPortion = async (context: EditorContext, portion: readonly DocumentHead[]): Promise<LiveText[]> => {
  const found = await Promise.all(
    portion.map(async ({ sceneId }) => await readDocument(context.postgres.sql, sceneId)),
  );
  const stored = found.filter((document): document is StoredDocument => document !== undefined);
  const docs = await context.threads.read(
    stored.map(({ snapshot, tail }) => ({ state: snapshot.state, updates: tail.map(({ data }) => data) })),
  );
  return stored.map(({ head }, index) => ({
    sceneId: head.sceneId,
    version: head.version,
    doc: docs[index] ?? null,
  }));
};

/**
 * The texts of many scenes as they are committed now. Nothing is opened for it: documents are read as they are stored, a
 * few at a time, and only those that the caller does not know yet.
 */
export const readTexts: Operation<EditorContext, typeof editorApi.readTexts> = async (context, { body }) => {
  const { sql } = context.postgres;
  const heads = await readHeads(
    sql,
    body.scenes.map(({ sceneId }) => sceneId),
  );
  const byScene = new Map(heads.map((head) => [head.sceneId, head]));
  const wanted = body.scenes.flatMap(({ sceneId, knownVersion }) => {
    const head = byScene.get(sceneId);
    return head && head.version !== knownVersion ? [head] : [];
  });
  const sizes = await readSizes(
    sql,
    wanted.map(({ documentId }) => documentId),
  );
  const texts = new Map<SceneId, LiveText>();
  for (const portion of portionsOf(wanted, sizes))
    for (const text of await readPortion(context, portion)) texts.set(text.sceneId, text);
  return body.scenes.map(
    ({ sceneId }) => texts.get(sceneId) ?? { sceneId, version: byScene.get(sceneId)?.version ?? 0, doc: null },
  );
};
