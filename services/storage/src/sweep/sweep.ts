import {
  beginRemovals,
  countDueRemovals,
  finishRemovals,
  postponeRemovals,
  type RemovalRow,
} from '../blob/removal-store.ts';
import type { StorageContext } from '../context.ts';
import { dropUploads, forgetFinishedUploads, listExpiredUploads } from '../upload/upload-store.ts';

const BATCH = 200;
/** After this long no part and no completion that was under way when an upload ended can still bring an object forth. */
const SECOND_LOOK_MS = 15 * 60_000;

export type SweepContext = Pick<StorageContext, 'db' | 'transaction' | 'blobs' | 'clock' | 'counts' | 'log'>;

const removeObjects = async ({ blobs, db, clock }: SweepContext, removals: readonly RemovalRow[]): Promise<void> => {
  for (const { key, inParts } of removals) if (inParts) await blobs.abortParts(key);
  await blobs.remove(removals.map(({ key }) => key));
  const again = removals.filter(({ inParts, looked }) => inParts && looked === 0).map(({ key }) => key);
  await postponeRemovals(db, again, new Date(clock.now().getTime() + SECOND_LOOK_MS));
  const kept = new Set(again);
  await finishRemovals(
    db,
    removals.map(({ key }) => key).filter((key) => !kept.has(key)),
  );
};

/**
 * Gives up uploads whose time is over, and removes objects that belong to nothing any more. Whatever is interrupted is
 * done again the next time; many may do it side by side.
 */
export const sweep = async (context: SweepContext): Promise<void> => {
  const { db, transaction, clock, counts } = context;
  const now = clock.now();
  for (;;) {
    const expired = await listExpiredUploads(db, now, BATCH);
    if (expired.length > 0) await transaction(async (tx) => await dropUploads(tx, expired, now));
    if (expired.length < BATCH) break;
  }
  await forgetFinishedUploads(db, now);
  counts.removalsDue.set(await countDueRemovals(db, now));
  for (;;) {
    const removals = await beginRemovals(db, now, BATCH);
    if (removals.length > 0) await removeObjects(context, removals);
    if (removals.length < BATCH) break;
  }
  counts.removalsDue.set(0);
};
