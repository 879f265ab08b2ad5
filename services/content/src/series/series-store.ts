import type { AccountId } from '@authorworks/contracts';
import type { Prisma } from '../database.ts';
import { type Db } from '../database.ts';

/** The books of a series in reading order: by their position, those without one last and in the order they were begun. */
const withBooks = {
  books: {
    where: { binnedAt: null },
    orderBy: [{ seriesPosition: { sort: 'asc', nulls: 'last' } }, { id: 'asc' }],
    select: { id: true },
  },
} satisfies Prisma.SeriesInclude;

export type SeriesRow = Prisma.SeriesGetPayload<{ include: typeof withBooks }>;

export const insertSeries = async (
  db: Db,
  series: { id: string; ownerId: AccountId; title: string; description: string; createdAt: Date },
): Promise<SeriesRow> => await db.series.create({ data: series, include: withBooks });

/** A series of this account; those of others are as if they were not there. */
export const findSeries = async (db: Db, ownerId: string, seriesId: string): Promise<SeriesRow | null> =>
  await db.series.findFirst({ where: { id: seriesId, ownerId }, include: withBooks });

/** Newest first. */
export const listSeriesOf = async (
  db: Db,
  ownerId: AccountId,
  page: { readonly beforeId: string | undefined; readonly take: number },
): Promise<SeriesRow[]> =>
  await db.series.findMany({
    where: { ownerId, ...(page.beforeId === undefined ? {} : { id: { lt: page.beforeId } }) },
    orderBy: { id: 'desc' },
    take: page.take,
    include: withBooks,
  });

/** @returns whether there was such a series of this account. */
export const changeSeries = async (
  db: Db,
  key: { readonly id: string; readonly ownerId: AccountId },
  change: { readonly title?: string; readonly description?: string },
): Promise<boolean> => (await db.series.updateMany({ where: key, data: change })).count > 0;

/** Its books stay. @returns whether there was such a series of this account. */
export const removeSeries = async (
  db: Db,
  key: { readonly id: string; readonly ownerId: AccountId },
): Promise<boolean> => (await db.series.deleteMany({ where: key })).count > 0;
