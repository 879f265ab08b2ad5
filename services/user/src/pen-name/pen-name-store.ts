import type { PenNameId } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import type { Db } from '../context.ts';

export interface PenNameRow {
  readonly id: string;
  readonly name: string;
  readonly bio: string;
  readonly createdAt: Date;
}

/** "Currer Bell" and "currer  bell" are one name. */
const nameKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');

const isDuplicate = (error: unknown): boolean => (error as { code?: unknown }).code === 'P2002';

/** @returns undefined when the account has a pen name like this. */
export const insertPenName = async (
  db: Db,
  penName: { readonly accountId: string; readonly name: string; readonly bio: string },
  now: Date,
): Promise<PenNameRow | undefined> => {
  const [row] = await db.penName.createManyAndReturn({
    data: [{ ...penName, id: newId<PenNameId>(), nameKey: nameKeyOf(penName.name), createdAt: now }],
    skipDuplicates: true,
  });
  return row;
};

export const countPenNames = async (db: Db, accountId: string): Promise<number> =>
  await db.penName.count({ where: { accountId } });

/** Oldest first. @param page.after Id of the last pen name of the page before. */
export const listPenNames = async (
  db: Db,
  accountId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<PenNameRow[]> =>
  await db.penName.findMany({
    where: { accountId, ...(page.after === undefined ? {} : { id: { gt: page.after } }) },
    orderBy: { id: 'asc' },
    take: page.limit,
  });

export const findPenName = async (db: Db, accountId: string, id: string): Promise<PenNameRow | null> =>
  await db.penName.findFirst({ where: { id, accountId } });

/** @returns 'taken' when another pen name of the account is like this, undefined when there is no such pen name. */
export const changePenName = async (
  db: Db,
  { id, accountId }: { readonly id: string; readonly accountId: string },
  change: { readonly name: string | undefined; readonly bio: string | undefined },
): Promise<PenNameRow | 'taken' | undefined> => {
  const { name, bio } = change;
  try {
    const [row] = await db.penName.updateManyAndReturn({
      where: { id, accountId },
      data: {
        ...(name === undefined ? {} : { name, nameKey: nameKeyOf(name) }),
        ...(bio === undefined ? {} : { bio }),
      },
    });
    return row;
  } catch (error) {
    if (isDuplicate(error)) return 'taken';
    throw error;
  }
};

/** @returns whether the account had such a pen name. */
export const deletePenName = async (db: Db, accountId: string, id: string): Promise<boolean> =>
  (await db.penName.deleteMany({ where: { id, accountId } })).count > 0;
