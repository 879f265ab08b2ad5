import type { AccountId, AccountRole, SessionId } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import type { Sql } from '@authorworks/platform/postgres';
import type { Db } from '../context.ts';
import { emailKeyOf } from './email-key.ts';

export interface AccountRow {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly emailVerified: boolean;
  readonly passwordHash: string | null;
  readonly name: string;
  readonly bio: string;
  readonly roles: string[];
  readonly preferences: unknown;
  readonly suspendedAt: Date | null;
  readonly createdAt: Date;
}

export interface NewAccount {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly passwordHash: string | null;
  readonly name: string;
  readonly roles: readonly AccountRole[];
}

const COLUMNS = `a.id, a.email, a.email_key AS "emailKey", a.email_verified AS "emailVerified", a.password_hash AS "passwordHash",
  a.name, a.bio, a.roles, a.preferences, a.suspended_at AS "suspendedAt", a.created_at AS "createdAt"`;

/** @returns undefined when there is an account with this address already. */
export const insertAccount = async (db: Db, account: NewAccount, now: Date): Promise<AccountRow | undefined> => {
  const [row] = await db.account.createManyAndReturn({
    data: [
      {
        ...account,
        roles: [...account.roles],
        id: newId<AccountId>(),
        emailKey: emailKeyOf(account.email),
        createdAt: now,
      },
    ],
    skipDuplicates: true,
  });
  return row;
};

export const findAccount = async (db: Db, id: string): Promise<AccountRow | null> =>
  await db.account.findUnique({ where: { id } });

export const findAccountByEmail = async (db: Db, email: string): Promise<AccountRow | null> =>
  await db.account.findUnique({ where: { emailKey: emailKeyOf(email) } });

/** The account, locked until the transaction ends, so that what is decided about it stays true. */
export const lockAccount = async (db: Db, id: string): Promise<AccountRow | null> => {
  await db.$queryRaw`SELECT 1 FROM account WHERE id = ${id}::uuid FOR UPDATE`;
  return await findAccount(db, id);
};

/** One query whether or not there is such an account, so that its time tells nothing. */
export const findForSignIn = async (
  sql: Sql,
  emailKey: string,
  ipPrefix: string,
): Promise<{ readonly account: AccountRow | undefined; readonly known: boolean }> => {
  const [row] = await sql.query<AccountRow & { known: boolean }>(
    `SELECT ${COLUMNS}, EXISTS (SELECT 1 FROM session s WHERE s.account_id = a.id AND s.ip_prefix = $2) AS known
     FROM account a WHERE a.email_key = $1`,
    [emailKey, ipPrefix],
  );
  return { account: row, known: row?.known ?? false };
};

/** The account behind an access token; `revoked` when its session has ended since the token was made. */
export const findForToken = async (
  sql: Sql,
  accountId: AccountId,
  sessionId: SessionId,
): Promise<(AccountRow & { readonly revoked: boolean }) | undefined> => {
  const [row] = await sql.query<AccountRow & { revoked: boolean }>(
    `SELECT ${COLUMNS}, EXISTS (SELECT 1 FROM revocation r WHERE r.session_id = $2::uuid) AS revoked
     FROM account a WHERE a.id = $1::uuid`,
    [accountId, sessionId],
  );
  return row;
};

export interface AccountChange {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly passwordHash?: string | null;
  readonly name?: string;
  readonly bio?: string;
  readonly roles?: string[];
  readonly suspendedAt?: Date | null;
}

export const changeAccount = async (db: Db, id: string, change: AccountChange): Promise<AccountRow> =>
  await db.account.update({ where: { id }, data: change });

/** Adds to the preferences, in one step, so that two devices do not overwrite each other's. */
export const mergePreferences = async (db: Db, id: string, preferences: object): Promise<void> => {
  await db.$executeRaw`UPDATE account SET preferences = preferences || ${JSON.stringify(preferences)}::jsonb WHERE id = ${id}::uuid`;
};

export const findAccounts = async (
  db: Db,
  { ids, emails }: { readonly ids: readonly string[]; readonly emails: readonly string[] },
): Promise<AccountRow[]> =>
  await db.account.findMany({
    where: { OR: [{ id: { in: [...ids] } }, { emailKey: { in: emails.map(emailKeyOf) } }] },
    orderBy: { id: 'asc' },
  });

/** Oldest first. @param page.after Id of the last account of the page before. */
export const listAccounts = async (
  db: Db,
  page: { readonly after: string | undefined; readonly limit: number; readonly search: string | undefined },
): Promise<AccountRow[]> => {
  const { after, limit, search } = page;
  const contains = { contains: search ?? '', mode: 'insensitive' } as const;
  return await db.account.findMany({
    where: {
      ...(after === undefined ? {} : { id: { gt: after } }),
      ...(search ? { OR: [{ email: contains }, { name: contains }] } : {}),
    },
    orderBy: { id: 'asc' },
    take: limit,
  });
};

/** Whoever changes who is an operator does so one after the other, until the transaction ends. */
export const lockOperators = async (db: Db): Promise<void> => {
  await db.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtext('user operators'))`;
};

/** Operators that can act, oldest first. */
export const listOperators = async (db: Db): Promise<AccountRow[]> =>
  await db.account.findMany({ where: { roles: { has: 'operator' }, suspendedAt: null }, orderBy: { id: 'asc' } });
