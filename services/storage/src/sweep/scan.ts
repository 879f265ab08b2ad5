import type { BlobStat } from '@authorworks/platform/blobs';
import { noteRemovals } from '../blob/removal-store.ts';
import { deleteVariantsByKeys } from '../picture/variant-store.ts';
import { listKnownObjects } from './known-objects-store.ts';
import { compare, mayRemove } from './scan-policy.ts';
import type { SweepContext } from './sweep.ts';

const PAGE = 1_000;
/** Nothing is on its way for longer. */
const GRACE_MS = 2 * 60 * 60_000;
/** What is in parts for longer than an upload lives was left by something else. */
const PARTS_MS = 48 * 60 * 60_000;

export interface ScanReport {
  readonly objects: number;
  /** Objects that no row knew; they are noted for removal, unless there are suspiciously many. */
  readonly strays: number;
  /** Objects of files that are gone. Nothing is done about them, but an operator must know. */
  readonly missing: readonly string[];
}

async function* pagesOf(objects: AsyncIterable<BlobStat>): AsyncGenerator<BlobStat[]> {
  let page: BlobStat[] = [];
  for await (const object of objects) {
    page.push(object);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}

/**
 * Compares all objects with all rows, stretch by stretch of their common order. The notes of removals make it needless in
 * ordinary life; it finds what remains after a restored backup, or after somebody's hand in the bucket.
 */
export const scan = async (context: SweepContext): Promise<ScanReport> => {
  const { blobs, db, clock, counts, log } = context;
  const before = new Date(clock.now().getTime() - GRACE_MS);
  let after = '';
  let objects = 0;
  const strays: string[] = [];
  const missing: string[] = [];
  for await (const page of pagesOf(blobs.list(''))) {
    objects += page.length;
    const last = page.length < PAGE ? null : (page.at(-1)?.key ?? null);
    const difference = compare(page, await listKnownObjects(db, after, last), before);
    strays.push(...difference.strays);
    const variants = difference.missing.filter(({ by }) => by === 'variant').map(({ key }) => key);
    await deleteVariantsByKeys(db, variants);
    missing.push(...difference.missing.filter(({ by }) => by === 'blob').map(({ key }) => key));
    after = last ?? after;
  }
  await blobs.sweep(new Date(clock.now().getTime() - PARTS_MS));
  counts.objectsMissing.set(missing.length);
  if (missing.length > 0)
    log.error({ count: missing.length, keys: missing.slice(0, 20) }, 'the bytes of files are missing');
  if (!mayRemove(strays.length, objects))
    log.error(
      { count: strays.length, objects },
      'most objects belong to no file; none is removed before somebody looks',
    );
  else if (strays.length > 0) {
    log.warn({ count: strays.length, keys: strays.slice(0, 20) }, 'objects that belong to no file will be removed');
    await noteRemovals(db, strays, { dueAt: clock.now() });
  }
  return { objects, strays: strays.length, missing };
};
