import type { AccountId } from '@authorworks/contracts';
import { mayInBook } from '../access/book-access.ts';
import type { StorageContext } from '../context.ts';
import { type GuardedFile, judgeReader } from './file-policy.ts';

/** Whether an account may read a file that is not public; content is asked only where it decides. */
export const mayReadFile = async (
  { content }: Pick<StorageContext, 'content'>,
  file: GuardedFile,
  accountId: AccountId,
): Promise<boolean> => {
  const judged = judgeReader(file, accountId);
  if (judged !== 'ask' || file.bookId === null) return judged === 'yes';
  return await mayInBook(content, { accountId, bookId: file.bookId }, 'read');
};
