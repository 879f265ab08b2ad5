import { FileId, type StoredFile } from '@authorworks/contracts';
import { listMemberIds } from '../collaborator/collaborator-store.ts';
import type { ContentContext } from '../context.ts';
import { mayShowFile } from './image-policy.ts';

/** Files that one question to storage may name. */
const BATCH = 2_000;

/**
 * Those of the files that a book may show; others, and unknown ones, are left out.
 * @throws ApiError when storage does not answer.
 */
export const findPictures = async (
  { db, storage }: Pick<ContentContext, 'db' | 'storage'>,
  bookId: string,
  fileIds: readonly string[],
): Promise<StoredFile[]> => {
  // a text may hold anything that is shaped like a file's name; only UUIDs can be files of the house
  const wanted = [...new Set(fileIds)].flatMap((id) => FileId.safeParse(id).data ?? []);
  if (wanted.length === 0) return [];
  const memberIds = new Set(await listMemberIds(db, bookId));
  const found: StoredFile[] = [];
  for (let start = 0; start < wanted.length; start += BATCH) {
    const files = await storage.findFiles({ body: { fileIds: wanted.slice(start, start + BATCH) } });
    found.push(...files.filter((file) => mayShowFile(file, { bookId, memberIds })));
  }
  return found;
};
