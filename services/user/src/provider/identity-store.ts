import type { Db } from '../context.ts';
import type { AccountRow } from '../account/account-store.ts';

/** Who somebody is at a provider: its issuer and the subject there, which never change (OpenID Connect Core, 5.7). */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
}

export const findAccountOfIdentity = async (
  db: Db,
  { issuer, subject }: ProviderIdentity,
): Promise<AccountRow | null> => {
  const found = await db.identity.findUnique({
    where: { issuer_subject: { issuer, subject } },
    include: { account: true },
  });
  return found?.account ?? null;
};

/** @returns false when the identity belongs to an account already. */
export const insertIdentity = async (
  db: Db,
  { issuer, subject }: ProviderIdentity,
  accountId: string,
  now: Date,
): Promise<boolean> => {
  const { count } = await db.identity.createMany({
    data: [{ issuer, subject, accountId, createdAt: now }],
    skipDuplicates: true,
  });
  return count > 0;
};

export const deleteIdentities = async (db: Db, accountId: string): Promise<void> => {
  await db.identity.deleteMany({ where: { accountId } });
};
