import type { AccountId, BookRole } from '@authorworks/contracts';
import { type Db, Prisma } from '../database.ts';
import type { BookAccess } from './book-access-policy.ts';

interface AccessRow {
  readonly book_id: string;
  readonly role: BookRole | null;
  readonly binned: boolean;
}

/** The role of an account in the book that `source` finds (a query with one column, `book_id`). */
const findAccess = async (db: Db, accountId: AccountId, source: Prisma.Sql): Promise<BookAccess | undefined> => {
  const [row] = await db.$queryRaw<AccessRow[]>`
    SELECT b.id AS book_id, c.role, b.binned_at IS NOT NULL AS binned
    FROM (${source}) AS source
    JOIN book b ON b.id = source.book_id
    LEFT JOIN collaborator c ON c.book_id = b.id AND c.account_id = ${accountId}::uuid`;
  return row ? { bookId: row.book_id, role: row.role, binned: row.binned } : undefined;
};

export const findAccessToBook = async (db: Db, accountId: AccountId, bookId: string): Promise<BookAccess | undefined> =>
  await findAccess(db, accountId, Prisma.sql`SELECT ${bookId}::uuid AS book_id`);

/** Whether the node lies in the bin is not looked at. */
export const findAccessToNode = async (db: Db, accountId: AccountId, nodeId: string): Promise<BookAccess | undefined> =>
  await findAccess(db, accountId, Prisma.sql`SELECT book_id FROM node WHERE id = ${nodeId}::uuid`);

/** Only of scenes that are not in the bin. */
export const findAccessToScene = async (
  db: Db,
  accountId: AccountId,
  sceneId: string,
): Promise<BookAccess | undefined> =>
  await findAccess(
    db,
    accountId,
    Prisma.sql`SELECT book_id FROM node WHERE id = ${sceneId}::uuid AND kind = 'scene' AND binned_at IS NULL`,
  );

/** Only of revisions of scenes that are not in the bin. */
export const findAccessToRevision = async (
  db: Db,
  accountId: AccountId,
  revisionId: string,
): Promise<BookAccess | undefined> =>
  await findAccess(
    db,
    accountId,
    Prisma.sql`SELECT r.book_id FROM revision r JOIN node n ON n.id = r.scene_id AND n.binned_at IS NULL WHERE r.id = ${revisionId}::uuid`,
  );

export const findAccessToCompilation = async (
  db: Db,
  accountId: AccountId,
  compilationId: string,
): Promise<BookAccess | undefined> =>
  await findAccess(db, accountId, Prisma.sql`SELECT book_id FROM compilation WHERE id = ${compilationId}::uuid`);

export const findAccessToEdition = async (
  db: Db,
  accountId: AccountId,
  editionId: string,
): Promise<BookAccess | undefined> =>
  await findAccess(db, accountId, Prisma.sql`SELECT book_id FROM edition WHERE id = ${editionId}::uuid`);
