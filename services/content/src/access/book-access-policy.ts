import { type BookCapability, type BookRole, mayOnBook } from '@authorworks/contracts';

/** What an account is to a book. */
export interface BookAccess {
  readonly bookId: string;
  /** null: a stranger. */
  readonly role: BookRole | null;
  /** The book lies in the bin. */
  readonly binned: boolean;
}

export interface Wish {
  readonly capability: BookCapability;
  /** Also for a book in the bin, which only its owner sees. */
  readonly evenBinned?: boolean;
}

/**
 * What the caller meets. Strangers cannot tell a book that is not theirs from one that does not exist; members learn
 * that their role is not enough.
 */
export const judgeAccess = (
  access: BookAccess | undefined,
  { capability, evenBinned = false }: Wish,
): 'allowed' | 'not-found' | 'forbidden' => {
  if (!access || access.role === null) return 'not-found';
  if (access.binned && !(evenBinned && access.role === 'owner')) return 'not-found';
  return mayOnBook(access.role, capability) ? 'allowed' : 'forbidden';
};
