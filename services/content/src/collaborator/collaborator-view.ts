import type { BookRole, Collaborator } from '@authorworks/contracts';
import type { z } from 'zod';
import type { AccountName } from '../account/account-names.ts';
import type { CollaboratorRow } from './collaborator-store.ts';

/** @param account What the user service says of the account now; without it the address of the invitation is shown. */
export const viewCollaborator = (
  row: CollaboratorRow,
  account: AccountName | undefined,
): z.input<typeof Collaborator> => ({
  id: row.id,
  accountId: row.accountId,
  email: account?.email ?? row.email,
  name: account?.name ?? '',
  emailVerified: account?.emailVerified ?? false,
  role: row.role as BookRole,
  createdAt: row.createdAt.toISOString(),
});
