import { createHash } from 'node:crypto';
import { type ImageVariant, storageErrors } from '@authorworks/contracts';
import { fail, newId } from '@authorworks/platform';
import { variantKey } from '../blob/blob-key.ts';
import { adoptObject, noteIntent, noteRemovals } from '../blob/removal-store.ts';
import type { StorageContext } from '../context.ts';
import type { FileWithObject } from '../file/file-store.ts';
import { hasVariants } from '../file/file-view.ts';
import { openJoining } from '../joining.ts';
import { PictureError } from './picture-process.ts';
import { isPictureType } from './picture-task.ts';
import { findVariant, insertVariant, type VariantRow } from './variant-store.ts';

export interface Variants {
  /**
   * A picture in another size: the one that is kept, else it is made; once, however many ask at the same time.
   * @throws AppError STORAGE_IMAGE_UNREADABLE for files that are no pictures.
   */
  readonly of: (context: StorageContext, file: FileWithObject, name: ImageVariant) => Promise<VariantRow>;
}

/** A picture that cannot be made is not tried again for so long. */
const FAILURE_KEPT_MS = 10 * 60_000;
const MAX_FAILURES = 1_000;
/** Longer than any making takes. */
const INTENT_MS = 60 * 60_000;

const make = async (context: StorageContext, file: FileWithObject, name: ImageVariant): Promise<VariantRow> => {
  const { blobs, pictures, db, transaction, clock, counts } = context;
  const type = file.contentType;
  if (!isPictureType(type)) throw new PictureError(`${type} is no picture`);
  const open = async (): Promise<AsyncIterable<Uint8Array>> => {
    const content = await blobs.get(file.blob.key);
    if (!content) throw new Error(`the object ${file.blob.key} of the file ${file.id} is missing`);
    return content.stream;
  };
  const { bytes, width, height } = await pictures.resize({ type, sizeBytes: Number(file.sizeBytes), open }, name);
  const now = clock.now();
  const key = variantKey(newId());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const variant = { fileId: file.id, name, key, sha256, sizeBytes: bytes.length, width, height, createdAt: now };
  await noteIntent(db, key, { dueAt: new Date(now.getTime() + INTENT_MS) });
  await blobs.put(key, bytes, { sizeBytes: bytes.length });
  const adopted = await transaction(async (db) => {
    const inserted = (await adoptObject(db, key)) && (await insertVariant(db, variant));
    if (!inserted) await noteRemovals(db, [key], { dueAt: now });
    return inserted;
  });
  if (adopted) {
    counts.variantsMade.inc();
    return variant;
  }
  // another process was faster, or the file was deleted meanwhile
  const kept = await findVariant(db, file.id, name);
  if (!kept) throw fail(storageErrors.fileNotFound);
  return kept;
};

export const openVariants = (): Variants => {
  const join = openJoining<VariantRow>();
  const failures = new Map<string, number>();
  const tried = async (context: StorageContext, file: FileWithObject, name: ImageVariant): Promise<VariantRow> => {
    const id = `${file.id} ${name}`;
    const now = context.clock.monotonicMs();
    const failedAt = failures.get(id);
    if (failedAt !== undefined && now - failedAt < FAILURE_KEPT_MS) throw fail(storageErrors.imageUnreadable);
    try {
      // looked for once more, because a making may have ended since
      const work = async (): Promise<VariantRow> =>
        (await findVariant(context.db, file.id, name)) ?? (await make(context, file, name));
      return await join(id, work);
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      context.log.info({ fileId: file.id, variant: name, reason: error.message }, 'a variant cannot be made');
      if (failures.size >= MAX_FAILURES) failures.clear();
      failures.set(id, now);
      throw fail(storageErrors.imageUnreadable, { cause: error });
    }
  };
  return {
    of: async (context, file, name) => {
      if (!hasVariants(file)) throw fail(storageErrors.imageUnreadable);
      return (await findVariant(context.db, file.id, name)) ?? (await tried(context, file, name));
    },
  };
};
