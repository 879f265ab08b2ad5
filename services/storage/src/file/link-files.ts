import type { AccountId, StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { mayInBook } from '../access/book-access.ts';
import type { StorageContext } from '../context.ts';
import { judgeReader } from './file-policy.ts';
import { type FileRow, findFilesByIds } from './file-store.ts';
import { linkView } from './file-view.ts';

/** Questions to content at the same time. */
const ASKED_AT_ONCE = 8;

/** Those of the books that an account may read; each is asked for once. */
const readableBooks = async (
  { content }: Pick<StorageContext, 'content'>,
  accountId: AccountId,
  bookIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const readable = new Set<string>();
  for (let at = 0; at < bookIds.length; at += ASKED_AT_ONCE) {
    const asked = bookIds.slice(at, at + ASKED_AT_ONCE).map(async (bookId) => {
      if (await mayInBook(content, { accountId, bookId }, 'read')) readable.add(bookId);
    });
    await Promise.all(asked);
  }
  return readable;
};

export const linkFiles: Operation<StorageContext, StorageApi['linkFiles']> = async (context, { auth, body }) => {
  const { accountId } = auth;
  const files = await findFilesByIds(context.db, body.fileIds);
  const judge = (file: FileRow): 'yes' | 'no' | 'ask' =>
    file.visibility === 'public' ? 'yes' : judgeReader(file, accountId);
  const asked = files.filter((file) => judge(file) === 'ask').flatMap(({ bookId }) => bookId ?? []);
  const readable = await readableBooks(context, accountId, [...new Set(asked)]);
  return files
    .filter((file) => judge(file) === 'yes' || (file.bookId !== null && readable.has(file.bookId)))
    .map((file) => linkView(context, file, body.variant));
};
