import type { Prisma } from '../database.ts';
import { type Db } from '../database.ts';
import type { EditionRow } from '../edition/edition-store.ts';

/**
 * Everything that readers see comes from here, and everything here comes from editions: no draft is ever joined. A book
 * only says which of its editions is public, and whether it lies in the bin.
 */
const isPublic = { binnedAt: null, publishedEditionId: { not: null } } satisfies Prisma.BookWhereInput;

/** An edition with the address under which readers find it now. */
export interface PublicEdition extends EditionRow {
  readonly address: string;
}

const publicOf = (
  book: { readonly slug: string | null; readonly publishedEdition: EditionRow | null } | null,
): PublicEdition | undefined =>
  book?.publishedEdition && book.slug !== null ? { ...book.publishedEdition, address: book.slug } : undefined;

const shown = { slug: true, publishedEdition: true } satisfies Prisma.BookSelect;

export const findPublicEdition = async (db: Db, slug: string): Promise<PublicEdition | undefined> =>
  publicOf(await db.book.findFirst({ where: { slug, ...isPublic }, select: shown }));

export interface PublicPage {
  readonly after: { readonly publishedAt: Date; readonly bookId: string } | undefined;
  readonly take: number;
}

/** Newest first. */
export const listPublicEditions = async (db: Db, { after, take }: PublicPage): Promise<PublicEdition[]> => {
  const rows = await db.book.findMany({
    where: {
      ...isPublic,
      ...(after
        ? {
            OR: [
              { publishedAt: { lt: after.publishedAt } },
              { publishedAt: after.publishedAt, id: { lt: after.bookId } },
            ],
          }
        : {}),
    },
    orderBy: [{ publishedAt: 'desc' }, { id: 'desc' }],
    take,
    select: shown,
  });
  return rows.flatMap((row) => publicOf(row) ?? []);
};
