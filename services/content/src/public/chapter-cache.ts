import type { Base, ConfigOf } from '@authorworks/platform';
import { LRUCache } from 'lru-cache';
import type { Chapter } from '../compile/reading-order.ts';
import type { config } from '../config.ts';
import type { EditionNodeRow } from '../edition/edition-store.ts';

/** The chapters of an edition, without their texts. */
export type EditionOutline = readonly Chapter<EditionNodeRow & { readonly id: string }>[];

export interface ChapterCache {
  readonly outline: (editionId: string, make: () => Promise<EditionOutline>) => Promise<EditionOutline>;
  readonly html: (editionId: string, chapterId: string, make: () => Promise<string>) => Promise<string>;
}

/** Of a node in memory, roughly. */
const NODE_BYTES = 400;
const BYTES_PER_CHARACTER = 2;
/** Part of the memory that is for contents lists. */
const OUTLINES = 0.25;

/**
 * What readers read most is ready in memory. Editions never change, so nothing in here is ever wrong; it is only
 * dropped, the least used first, when there is too much of it. Many who ask for the same wait for one answer.
 */
const openCache = <Value extends object>(
  maxBytes: number,
  sizeOf: (value: Value) => number,
): ((key: string, make: () => Promise<Value>) => Promise<Value>) => {
  const kept = new LRUCache<string, Value>({
    maxSize: maxBytes,
    sizeCalculation: (value) => Math.max(1, sizeOf(value)),
  });
  const making = new Map<string, Promise<Value>>();
  return async (key, make) => {
    const known = kept.get(key);
    if (known) return known;
    let made = making.get(key);
    if (!made) {
      made = make();
      making.set(key, made);
      void made
        .then((value) => kept.set(key, value))
        .catch(() => undefined)
        .finally(() => making.delete(key));
    }
    return await made;
  };
};

export const openChapterCache = ({ config: { chapterCacheMib } }: Base<ConfigOf<typeof config>>): ChapterCache => {
  const bytes = chapterCacheMib * 1024 * 1024;
  const outlines = openCache<EditionOutline>(bytes * OUTLINES, (outline) =>
    outline.reduce((sum, { scenes }) => sum + (scenes.length + 1) * NODE_BYTES, NODE_BYTES),
  );
  const chapters = openCache<{ html: string }>(bytes * (1 - OUTLINES), ({ html }) => html.length * BYTES_PER_CHARACTER);
  return {
    outline: async (editionId, make) => await outlines(editionId, make),
    html: async (editionId, chapterId, make) =>
      (await chapters(`${editionId} ${chapterId}`, async () => ({ html: await make() }))).html,
  };
};
