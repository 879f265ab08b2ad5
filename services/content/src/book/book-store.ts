import type { AccountId, BookRole } from '@authorworks/contracts';
import type { Prisma } from '../database.ts';
import { type Db } from '../database.ts';

/** A book with what its view needs: the reader's own role, and the edition that is public. */
const withRole = (accountId: string) =>
  ({
    collaborators: { where: { accountId }, select: { role: true } },
    publishedEdition: { select: { id: true, number: true, publishedAt: true } },
  }) satisfies Prisma.BookInclude;

export type BookRow = Prisma.BookGetPayload<{ include: ReturnType<typeof withRole> }>;

export interface NewBook {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly authorName: string;
  readonly description?: string;
  readonly language: string;
  readonly seriesId?: string;
}

/** Inserts a book together with its owner as the first who works on it. */
export const insertBook = async (db: Db, book: NewBook, ids: { collaboratorId: string; now: Date }): Promise<void> => {
  await db.book.create({
    data: {
      ...book,
      createdAt: ids.now,
      updatedAt: ids.now,
      collaborators: {
        create: {
          id: ids.collaboratorId,
          accountId: book.ownerId,
          role: 'owner' satisfies BookRole,
          email: '',
          emailKey: '',
          createdAt: ids.now,
        },
      },
    },
  });
};

/** The book as `accountId` sees it. Whether they may is asked elsewhere. */
export const findBook = async (db: Db, accountId: string, bookId: string): Promise<BookRow | null> =>
  await db.book.findUnique({ where: { id: bookId }, include: withRole(accountId) });

export interface Shelf {
  readonly accountId: AccountId;
  readonly seriesId: string | undefined;
  /** true: the owner's bin; false: the shelf. */
  readonly binned: boolean;
  readonly after: { readonly updatedAt: Date; readonly id: string } | undefined;
  readonly take: number;
}

/** Books that an account owns or works on, last changed first. The bin shows only its own. */
export const listShelf = async (db: Db, shelf: Shelf): Promise<BookRow[]> => {
  const { accountId, seriesId, binned, after, take } = shelf;
  return await db.book.findMany({
    where: {
      collaborators: { some: { accountId, ...(binned ? { role: 'owner' } : {}) } },
      binnedAt: binned ? { not: null } : null,
      ...(seriesId === undefined ? {} : { seriesId }),
      ...(after
        ? { OR: [{ updatedAt: { lt: after.updatedAt } }, { updatedAt: after.updatedAt, id: { lt: after.id } }] }
        : {}),
    },
    orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
    take,
    include: withRole(accountId),
  });
};

export interface LockedBook {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly binnedAt: Date | null;
}

/**
 * Makes the transaction the only one that changes this book's tree, texts, people or editions, until it ends. Taken
 * before anything else in a book is changed, so that no two transactions wait for each other.
 * @returns undefined when the book is gone.
 */
export const lockBook = async (db: Db, bookId: string): Promise<LockedBook | undefined> => {
  const [row] = await db.$queryRaw<{ id: string; owner_id: string; title: string; binned_at: Date | null }[]>`
    SELECT id, owner_id, title, binned_at FROM book WHERE id = ${bookId}::uuid FOR NO KEY UPDATE`;
  return row ? { id: row.id, ownerId: row.owner_id, title: row.title, binnedAt: row.binned_at } : undefined;
};

/** Counts a book's words, chapters and scenes anew and marks it as changed. Needs the book's lock. */
export const recountBook = async (db: Db, bookId: string, now: Date): Promise<void> => {
  await db.$executeRaw`
    UPDATE book SET word_count = counted.words, chapter_count = counted.chapters, scene_count = counted.scenes, updated_at = ${now}
    FROM (
      SELECT coalesce(sum(word_count), 0)::integer AS words,
        (count(*) FILTER (WHERE kind = 'chapter'))::integer AS chapters,
        (count(*) FILTER (WHERE kind = 'scene'))::integer AS scenes
      FROM node WHERE book_id = ${bookId}::uuid AND binned_at IS NULL
    ) AS counted
    WHERE id = ${bookId}::uuid`;
};

export type BookChange = Pick<
  Prisma.BookUncheckedUpdateInput,
  | 'title'
  | 'subtitle'
  | 'authorName'
  | 'description'
  | 'language'
  | 'seriesId'
  | 'seriesPosition'
  | 'coverFileId'
  | 'wordGoal'
  | 'binnedAt'
  | 'slug'
  | 'publishedEditionId'
  | 'publishedAt'
>;

export const changeBook = async (db: Db, bookId: string, change: BookChange & { updatedAt: Date }): Promise<void> => {
  await db.book.update({ where: { id: bookId }, data: change, select: { id: true } });
};

/** Books that were put into the bin before an instant, the oldest first. */
export const listBooksBinnedBefore = async (db: Db, instant: Date, take: number): Promise<{ id: string }[]> =>
  await db.book.findMany({
    where: { binnedAt: { lt: instant } },
    orderBy: { binnedAt: 'asc' },
    take,
    select: { id: true },
  });

/** Files that a book names anywhere: covers, pictures in its texts, what was made of it. Not all of them are its own. */
export const listFilesOfBook = async (db: Db, bookId: string): Promise<string[]> => {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT cover_file_id::text AS id FROM book WHERE id = ${bookId}::uuid AND cover_file_id IS NOT NULL
    UNION SELECT cover_file_id::text FROM edition WHERE book_id = ${bookId}::uuid AND cover_file_id IS NOT NULL
    UNION SELECT file_id::text FROM compilation WHERE book_id = ${bookId}::uuid AND file_id IS NOT NULL
    UNION SELECT unnest(image_file_ids) FROM scene_text WHERE book_id = ${bookId}::uuid
    UNION SELECT unnest(image_file_ids) FROM document WHERE book_id = ${bookId}::uuid`;
  return rows.map(({ id }) => id);
};

/** Deletes a book with all that belongs to it. @returns the ids of its scenes. */
export const removeBook = async (db: Db, bookId: string): Promise<string[]> => {
  const scenes = await db.node.findMany({ where: { bookId, kind: 'scene' }, select: { id: true } });
  // a book that never came to be has no row that its imports could hang on
  await db.import.deleteMany({ where: { bookId } });
  await db.book.deleteMany({ where: { id: bookId } });
  return scenes.map(({ id }) => id);
};

/** Takes a deleted file off the covers that it was. */
export const forgetCover = async (db: Db, coverFileId: string): Promise<void> => {
  await db.book.updateMany({ where: { coverFileId }, data: { coverFileId: null } });
};

/** What a book is called, and when it was changed last. */
export const findBookHead = async (
  db: Db,
  bookId: string,
): Promise<{ id: string; title: string; language: string; updatedAt: Date } | null> =>
  await db.book.findUnique({
    where: { id: bookId },
    select: { id: true, title: true, language: true, updatedAt: true },
  });
