import type { ApiTokenId, ApiTokenScope } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import type { AccountRow } from '../account/account-store.ts';
import type { Db } from '../context.ts';

export interface ApiTokenRow {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly scopes: string[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
}

export interface NewApiToken {
  readonly accountId: string;
  readonly name: string;
  readonly scopes: readonly ApiTokenScope[];
  readonly hash: string;
  readonly expiresAt: Date | null;
}

export const insertApiToken = async (db: Db, token: NewApiToken, now: Date): Promise<ApiTokenRow> =>
  await db.apiToken.create({
    data: { ...token, scopes: [...new Set(token.scopes)], id: newId<ApiTokenId>(), createdAt: now },
  });

export const countApiTokens = async (db: Db, accountId: string): Promise<number> =>
  await db.apiToken.count({ where: { accountId } });

/** Newest first. @param page.before Id of the last token of the page before. */
export const listApiTokens = async (
  db: Db,
  accountId: string,
  page: { readonly before: string | undefined; readonly limit: number },
): Promise<ApiTokenRow[]> =>
  await db.apiToken.findMany({
    where: { accountId, ...(page.before === undefined ? {} : { id: { lt: page.before } }) },
    orderBy: { id: 'desc' },
    take: page.limit,
  });

export const listApiTokenIds = async (db: Db, accountId: string): Promise<string[]> =>
  (await db.apiToken.findMany({ where: { accountId }, select: { id: true } })).map(({ id }) => id);

export const findApiToken = async (
  db: Db,
  hash: string,
): Promise<(ApiTokenRow & { readonly account: AccountRow }) | null> =>
  await db.apiToken.findUnique({ where: { hash }, include: { account: true } });

/** @returns whether the account had such a token. */
export const deleteApiToken = async (db: Db, accountId: string, id: string): Promise<boolean> =>
  (await db.apiToken.deleteMany({ where: { id, accountId } })).count > 0;

/** @returns the ids of those that were there. */
export const deleteApiTokens = async (db: Db, accountId: string): Promise<string[]> => {
  const ids = await listApiTokenIds(db, accountId);
  await db.apiToken.deleteMany({ where: { id: { in: ids } } });
  return ids;
};

/** Notes a use, to within `precisionMs`: a script that calls every second must not cost a write every second. */
export const touchApiToken = async (db: Db, id: string, now: Date, precisionMs: number): Promise<void> => {
  const stale = { lt: new Date(now.getTime() - precisionMs) };
  await db.apiToken.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: stale }] },
    data: { lastUsedAt: now },
  });
};
