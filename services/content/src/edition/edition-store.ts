import type { Edition, EditionNode } from '../../prisma/client/client.ts';
import type { Prisma } from '../database.ts';
import { type Db } from '../database.ts';

export type EditionRow = Edition;
export type EditionNodeRow = EditionNode;

/** What a book puts on the title page of its next edition, and what is public now. */
export interface BookToPublish {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly subtitle: string;
  readonly authorName: string;
  readonly description: string;
  readonly language: string;
  readonly coverFileId: string | null;
  readonly slug: string | null;
}

export const findBookToPublish = async (db: Db, bookId: string): Promise<BookToPublish | null> =>
  await db.book.findUnique({
    where: { id: bookId },
    select: {
      id: true,
      ownerId: true,
      title: true,
      subtitle: true,
      authorName: true,
      description: true,
      language: true,
      coverFileId: true,
      slug: true,
    },
  });

/** A node of the draft with the hash of its text. */
export interface DraftNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: 'part' | 'chapter' | 'scene';
  readonly title: string;
  readonly matter: 'front' | 'body' | 'back';
  readonly wordCount: number;
  readonly hash: string | null;
  readonly imageFileIds: string[] | null;
  readonly updatedAt: Date;
}

/** The whole draft outside of the bin, without the texts themselves; siblings in their order. */
export const listDraft = async (db: Db, bookId: string): Promise<DraftNode[]> =>
  await db.$queryRaw<DraftNode[]>`
    SELECT n.id, n.parent_id AS "parentId", n.kind, n.title, n.matter, n.word_count AS "wordCount", t.hash,
      t.image_file_ids AS "imageFileIds", n.updated_at AS "updatedAt"
    FROM node AS n LEFT JOIN scene_text AS t ON t.scene_id = n.id
    WHERE n.book_id = ${bookId}::uuid AND n.binned_at IS NULL ORDER BY n.rank, n.id`;

/** Number of the next edition. Needs the book's lock. */
export const nextNumber = async (db: Db, bookId: string): Promise<number> => {
  const { _max } = await db.edition.aggregate({ where: { bookId }, _max: { number: true } });
  return (_max.number ?? 0) + 1;
};

/** Makes the transaction the only one that gives out addresses, until it ends. */
export const lockSlugs = async (db: Db): Promise<void> => {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('content slugs'))`;
};

/** Which of some addresses belong to other books. */
export const findTakenSlugs = async (db: Db, bookId: string, slugs: readonly string[]): Promise<Set<string>> => {
  const rows = await db.book.findMany({
    where: { slug: { in: [...slugs] }, id: { not: bookId } },
    select: { slug: true },
  });
  return new Set(rows.flatMap(({ slug }) => slug ?? []));
};

/** Inserts an edition and its tree in two statements. */
export const insertEdition = async (
  db: Db,
  edition: EditionRow,
  nodes: readonly Omit<EditionNodeRow, 'editionId' | 'bookId'>[],
): Promise<void> => {
  await db.edition.create({ data: edition, select: { id: true } });
  const column = <K extends keyof (typeof nodes)[number]>(name: K): (typeof nodes)[number][K][] =>
    nodes.map((node) => node[name]);
  await db.$executeRaw`
    INSERT INTO edition_node (edition_id, book_id, node_id, position, parent_id, kind, title, matter, hash, word_count)
    SELECT ${edition.id}::uuid, ${edition.bookId}::uuid, node_id, position, parent_id, kind, title, matter, hash, word_count
    FROM unnest(${column('nodeId')}::uuid[], ${column('position')}::integer[], ${column('parentId')}::uuid[],
      ${column('kind')}::text[], ${column('title')}::text[], ${column('matter')}::text[], ${column('hash')}::text[],
      ${column('wordCount')}::integer[]) AS frozen (node_id, position, parent_id, kind, title, matter, hash, word_count)`;
};

const withBook = {
  book: { select: { publishedEditionId: true } },
} satisfies Prisma.EditionInclude;

export type EditionWithBook = Prisma.EditionGetPayload<{ include: typeof withBook }>;

/** Newest first. */
export const listEditionsOf = async (
  db: Db,
  bookId: string,
  page: { readonly belowNumber: number | undefined; readonly take: number },
): Promise<EditionWithBook[]> =>
  await db.edition.findMany({
    where: { bookId, ...(page.belowNumber === undefined ? {} : { number: { lt: page.belowNumber } }) },
    orderBy: { number: 'desc' },
    take: page.take,
    include: withBook,
  });

export const findEdition = async (db: Db, id: string): Promise<EditionWithBook | null> =>
  await db.edition.findUnique({ where: { id }, include: withBook });

/** An edition of this very book. */
export const findEditionOf = async (
  db: Db,
  key: { readonly bookId: string; readonly id: string },
): Promise<EditionRow | null> => await db.edition.findFirst({ where: key });

/** In reading order. */
export const listEditionNodes = async (db: Db, editionId: string): Promise<EditionNodeRow[]> =>
  await db.editionNode.findMany({ where: { editionId }, orderBy: { position: 'asc' } });

/** What is said of a book when it appears on the public pages or leaves them. */
export interface Publication {
  readonly bookId: string;
  readonly editionId: string;
  readonly number: number;
  readonly slug: string;
  readonly title: string;
  readonly language: string;
}

/** The edition that is public, whether or not the book lies in the bin; undefined where none is. */
export const findPublication = async (db: Db, bookId: string): Promise<Publication | undefined> => {
  const edition = await db.edition.findFirst({ where: { publishedIn: { id: bookId } }, include: { book: true } });
  if (!edition?.book.slug) return undefined;
  const { number, title, language } = edition;
  return {
    bookId: bookId,
    editionId: edition.id,
    number,
    slug: edition.book.slug,
    title,
    language,
  };
};

/** A node with its text. */
export interface NodeText {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: 'part' | 'chapter' | 'scene';
  readonly title: string;
  readonly matter: 'front' | 'body' | 'back';
  readonly wordCount: number;
  readonly hash: string | null;
  readonly doc: string | null;
  readonly imageFileIds: string[] | null;
}

/** The whole draft outside of the bin with its texts, in one statement; siblings in their order. */
export const listDraftTexts = async (db: Db, bookId: string): Promise<(NodeText & { updatedAt: Date })[]> =>
  await db.$queryRaw<(NodeText & { updatedAt: Date })[]>`
    SELECT n.id, n.parent_id AS "parentId", n.kind, n.title, n.matter, n.word_count AS "wordCount", t.hash, t.doc,
      t.image_file_ids AS "imageFileIds", n.updated_at AS "updatedAt"
    FROM node AS n LEFT JOIN scene_text AS t ON t.scene_id = n.id
    WHERE n.book_id = ${bookId}::uuid AND n.binned_at IS NULL ORDER BY n.rank, n.id`;

/** An edition with its texts, in reading order. */
export const listEditionTexts = async (db: Db, editionId: string): Promise<NodeText[]> =>
  await db.$queryRaw<NodeText[]>`
    SELECT n.node_id AS id, n.parent_id AS "parentId", n.kind, n.title, n.matter, n.word_count AS "wordCount", n.hash, d.doc,
      d.image_file_ids AS "imageFileIds"
    FROM edition_node AS n LEFT JOIN document AS d ON d.book_id = n.book_id AND d.hash = n.hash
    WHERE n.edition_id = ${editionId}::uuid ORDER BY n.position`;
