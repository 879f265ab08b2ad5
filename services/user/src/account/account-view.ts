import { type Account, AccountRole, type AccountSummary, Preferences } from '@authorworks/contracts';
import type { z } from 'zod';
import type { AccountRow } from './account-store.ts';

const rolesOf = (row: AccountRow): AccountRole[] => AccountRole.array().parse(row.roles);

/** What a person sees of the own account. */
export const accountView = (row: AccountRow): z.input<typeof Account> => ({
  id: row.id,
  email: row.email,
  emailVerified: row.emailVerified,
  name: row.name,
  bio: row.bio,
  roles: rolesOf(row),
  preferences: Preferences.parse(row.preferences),
  hasPassword: row.passwordHash !== null,
  createdAt: row.createdAt.toISOString(),
});

/** What operators and other services see of an account. */
export const accountSummaryView = (row: AccountRow): z.input<typeof AccountSummary> => ({
  id: row.id,
  email: row.email,
  emailVerified: row.emailVerified,
  name: row.name,
  roles: rolesOf(row),
  suspended: row.suspendedAt !== null,
});
