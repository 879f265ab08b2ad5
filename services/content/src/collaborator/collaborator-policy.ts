import { type BookRole, mayOnBook } from '@authorworks/contracts';

export interface RemovalOf {
  readonly accountId: string | null;
  readonly role: BookRole;
}

/** Who may take whom out of a book: those who administer it, anybody but the owner; and everybody else themselves. */
export const judgeRemoval = (
  caller: { readonly accountId: string; readonly role: BookRole },
  target: RemovalOf,
): 'allowed' | 'owner-stays' | 'forbidden' => {
  if (target.role === 'owner') return mayOnBook(caller.role, 'administer') ? 'owner-stays' : 'forbidden';
  const leaves = target.accountId === caller.accountId;
  return leaves || mayOnBook(caller.role, 'administer') ? 'allowed' : 'forbidden';
};
