import type { AccountId } from '@authorworks/contracts';
import type { Prisma } from '../database.ts';
import { type Db } from '../database.ts';

const withSlug = { book: { select: { slug: true } } } satisfies Prisma.ReadingPlaceInclude;

export type ReadingPlaceRow = Prisma.ReadingPlaceGetPayload<{ include: typeof withSlug }>;

/** Places in books that readers can open now; others are kept, and come back when their book does. */
const isReadable = { binnedAt: null, publishedEditionId: { not: null } } satisfies Prisma.BookWhereInput;

/** Last read first. */
export const listPlaces = async (
  db: Db,
  accountId: AccountId,
  page: { readonly after: { readonly updatedAt: Date; readonly bookId: string } | undefined; readonly take: number },
): Promise<ReadingPlaceRow[]> => {
  const { after, take } = page;
  return await db.readingPlace.findMany({
    where: {
      accountId,
      book: isReadable,
      ...(after
        ? { OR: [{ updatedAt: { lt: after.updatedAt } }, { updatedAt: after.updatedAt, bookId: { lt: after.bookId } }] }
        : {}),
    },
    orderBy: [{ updatedAt: 'desc' }, { bookId: 'desc' }],
    take,
    include: withSlug,
  });
};

export const findPlace = async (db: Db, accountId: AccountId, slug: string): Promise<ReadingPlaceRow | null> =>
  await db.readingPlace.findFirst({ where: { accountId, book: { slug, ...isReadable } }, include: withSlug });

export const keepPlace = async (
  db: Db,
  key: { readonly accountId: AccountId; readonly bookId: string },
  place: Pick<ReadingPlaceRow, 'chapterId' | 'blockId' | 'fraction' | 'updatedAt'>,
): Promise<ReadingPlaceRow> =>
  await db.readingPlace.upsert({
    where: { accountId_bookId: key },
    create: { ...key, ...place },
    update: place,
    include: withSlug,
  });
