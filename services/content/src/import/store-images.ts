import { type ImportNote, type StoredFile, storageErrors } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { fail } from '@authorworks/platform';
import type { z } from 'zod';
import type { ContentContext } from '../context.ts';
import type { ImportedImage } from './imported-book.ts';
import { type ImportRow, rememberImage } from './import-store.ts';

type Note = z.input<typeof ImportNote>;

/** What became of the pictures of an imported book. */
export interface StoredImages {
  /** File ids by the name that the texts use. */
  readonly fileIds: ReadonlyMap<string, string>;
  readonly notes: readonly Note[];
}

/** Why a picture is left out; undefined: the import cannot go on now. */
const refusalOf = (error: unknown): string | undefined => {
  if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500 || error.status === 429)
    return undefined;
  if (error.code === storageErrors.quotaExceeded.code) throw fail(storageErrors.quotaExceeded, { cause: error });
  return error.message;
};

/** The same import always names the same picture the same, so a repeat after a crash stores none twice. */
const putImage = async (
  { storage }: ContentContext,
  row: ImportRow,
  { image, index }: { image: ImportedImage; index: number },
): Promise<StoredFile> => {
  const query = {
    name: image.fileName.slice(0, 255) || `picture-${index + 1}`,
    purpose: 'image' as const,
    ownerId: row.accountId,
    bookId: row.bookId,
    key: `content-import-${row.id}-${index}`,
    contentType: image.contentType,
  };
  return await storage.putFile({ query, body: new Uint8Array(image.bytes) });
};

/**
 * Hands the pictures to storage. One that storage does not take is left out with a note.
 * @throws STORAGE_QUOTA_EXCEEDED when the author's space is full; ApiError when storage does not answer.
 */
export const storeImages = async (
  context: ContentContext,
  row: ImportRow,
  work: {
    readonly images: readonly ImportedImage[];
    readonly signal: AbortSignal;
    readonly onStored: (count: number) => void;
  },
): Promise<StoredImages> => {
  const fileIds = new Map<string, string>();
  const notes: Note[] = [];
  const known = new Set(row.imageFileIds);
  for (const [index, image] of work.images.entries()) {
    work.signal.throwIfAborted();
    try {
      const { id } = await putImage(context, row, { image, index });
      if (!known.has(id)) await rememberImage(context.db, row.id, id);
      fileIds.set(image.name, id);
    } catch (error) {
      const message = refusalOf(error);
      if (message === undefined) throw error;
      notes.push({ severity: 'lost', code: 'image-lost', message, where: image.fileName, count: 1 });
    }
    work.onStored(index + 1);
  }
  return { fileIds, notes };
};
