import { type AccountId, storageEvents } from '@authorworks/contracts';
import { dropUnusedBlobs } from '../blob/blob-store.ts';
import { noteRemovals } from '../blob/removal-store.ts';
import type { StorageContext } from '../context.ts';
import { type DeletedFile, deleteFileRows } from './file-store.ts';

/**
 * Deletes files, with their events, in one transaction. Their objects are removed after it, and only those that no other
 * file shows. @param ownerId Only files of this account, when given. @returns those that there were.
 */
export const deleteFiles = async (
  { transaction, bus, clock, sweeper }: Pick<StorageContext, 'transaction' | 'bus' | 'clock' | 'sweeper'>,
  ids: readonly string[],
  ownerId?: AccountId,
): Promise<DeletedFile[]> => {
  const deleted = await transaction(async (db, sql) => {
    const files = await deleteFileRows(db, ids, ownerId);
    const unused = await dropUnusedBlobs(
      db,
      files.map(({ blobId }) => blobId),
    );
    const keys = [...files.flatMap(({ variantKeys }) => variantKeys), ...unused];
    await noteRemovals(db, keys, { dueAt: clock.now() });
    for (const file of files)
      await bus.publish(sql, storageEvents.fileDeleted, {
        fileId: file.id,
        ownerId: file.ownerId,
      });
    return files;
  });
  sweeper.wake();
  return deleted;
};
