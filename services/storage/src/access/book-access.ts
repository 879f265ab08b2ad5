import type { AccountId, BookCapability, ContentApi } from '@authorworks/contracts';
import { mayOnBook } from '@authorworks/contracts';
import type { Client } from '@authorworks/contracts/client';

/**
 * Whether an account may do something in a book; content knows.
 * @throws ApiError when content does not answer: then nothing is shown, and the caller may try again.
 */
export const mayInBook = async (
  content: Client<ContentApi>,
  { accountId, bookId }: { readonly accountId: AccountId; readonly bookId: string },
  capability: BookCapability,
): Promise<boolean> => {
  const { role } = await content.readAccess({ query: { accountId, bookId: bookId } });
  return mayOnBook(role, capability);
};
