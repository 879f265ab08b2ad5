import { type BookRole, mayOnBook } from '@authorworks/contracts';

/** Who may stop a compilation: who asked for it, and whoever administers the book. */
export const mayCancel = (
  caller: { readonly accountId: string; readonly role: BookRole },
  compilation: { readonly requestedBy: string },
): boolean => compilation.requestedBy === caller.accountId || mayOnBook(caller.role, 'administer');
