import { type Db, Prisma } from '../database.ts';
import type { Node } from '../../prisma/client/client.ts';

export type NodeRow = Node;

/** A node as the tree shows it. */
export interface TreeRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: 'part' | 'chapter' | 'scene';
  readonly title: string;
  readonly matter: 'front' | 'body' | 'back';
  readonly synopsis: string;
  readonly status: 'outline' | 'draft' | 'revised' | 'final';
  readonly wordCount: number;
  readonly updatedAt: Date;
}

/** All nodes outside of the bin in one query; siblings in their order. */
export const listTree = async (db: Db, bookId: string): Promise<TreeRow[]> =>
  await db.$queryRaw<TreeRow[]>`
    SELECT id, parent_id AS "parentId", kind, title, matter, synopsis, status, word_count AS "wordCount", updated_at AS "updatedAt"
    FROM node WHERE book_id = ${bookId}::uuid AND binned_at IS NULL ORDER BY rank, id`;

export const findNode = async (db: Db, id: string): Promise<NodeRow | null> =>
  await db.node.findUnique({ where: { id } });

/** A node of this very book that is not in the bin. */
export const findLiveNode = async (
  db: Db,
  key: { readonly bookId: string; readonly id: string },
): Promise<NodeRow | null> => await db.node.findFirst({ where: { ...key, binnedAt: null } });

export const countLiveNodes = async (db: Db, bookId: string): Promise<number> =>
  await db.node.count({ where: { bookId, binnedAt: null } });

/** Words of a node and all below it that shares its fate: for a live node the live ones, for one in the bin those that went with it. */
export const countWords = async (db: Db, node: Pick<NodeRow, 'id' | 'bookId' | 'binRootId'>): Promise<number> => {
  const fate =
    node.binRootId === null
      ? Prisma.sql`child.binned_at IS NULL`
      : Prisma.sql`child.bin_root_id = ${node.binRootId}::uuid`;
  const [row] = await db.$queryRaw<{ words: number }[]>`
    WITH RECURSIVE branch AS (
      SELECT id, word_count FROM node WHERE id = ${node.id}::uuid
      UNION ALL
      SELECT child.id, child.word_count FROM node AS child JOIN branch ON child.parent_id = branch.id
      WHERE child.book_id = ${node.bookId}::uuid AND ${fate}
    )
    SELECT coalesce(sum(word_count), 0)::integer AS words FROM branch`;
  return row?.words ?? 0;
};

export type NewNode = Omit<NodeRow, 'synopsis'>;

export const insertNode = async (db: Db, node: NewNode): Promise<NodeRow> => await db.node.create({ data: node });

/** A node of a whole book that is written at once. */
export interface BulkNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: string;
  readonly rank: string;
  readonly title: string;
  readonly matter: string;
  readonly wordCount: number;
}

/** Inserts the nodes of a whole book in one statement, which takes a tenth of the time that rows of their own would. */
export const insertNodes = async (
  db: Db,
  nodes: readonly BulkNode[],
  { bookId, now }: { readonly bookId: string; readonly now: Date },
): Promise<void> => {
  const column = <K extends keyof BulkNode>(name: K): BulkNode[K][] => nodes.map((node) => node[name]);
  await db.$executeRaw`
    INSERT INTO node (id, book_id, parent_id, kind, rank, title, matter, word_count, created_at, updated_at)
    SELECT id, ${bookId}::uuid, parent_id, kind, rank, title, matter, word_count, ${now}, ${now}
    FROM unnest(${column('id')}::uuid[], ${column('parentId')}::uuid[], ${column('kind')}::text[], ${column('rank')}::text[],
      ${column('title')}::text[], ${column('matter')}::text[], ${column('wordCount')}::integer[])
      AS fresh (id, parent_id, kind, rank, title, matter, word_count)`;
};

export type NodeChange = Pick<
  Prisma.NodeUncheckedUpdateInput,
  'title' | 'synopsis' | 'status' | 'matter' | 'parentId' | 'rank' | 'wordCount'
>;

export const changeNode = async (db: Db, id: string, change: NodeChange & { updatedAt: Date }): Promise<NodeRow> =>
  await db.node.update({ where: { id }, data: change });

/** Puts a node into the bin, with all below it that is not there yet. */
export const binBranch = async (db: Db, node: Pick<NodeRow, 'id' | 'bookId'>, now: Date): Promise<void> => {
  await db.$executeRaw`
    WITH RECURSIVE branch AS (
      SELECT id FROM node WHERE id = ${node.id}::uuid
      UNION ALL
      SELECT child.id FROM node AS child JOIN branch ON child.parent_id = branch.id
      WHERE child.book_id = ${node.bookId}::uuid AND child.binned_at IS NULL
    )
    UPDATE node SET binned_at = ${now}, bin_root_id = ${node.id}::uuid FROM branch WHERE node.id = branch.id`;
};

/** Takes a node out of the bin, with all that went there along with it. */
export const unbinBranch = async (db: Db, rootId: string): Promise<void> => {
  await db.node.updateMany({ where: { binRootId: rootId }, data: { binnedAt: null, binRootId: null } });
};

export const countBinBranch = async (db: Db, rootId: string): Promise<number> =>
  await db.node.count({ where: { binRootId: rootId } });

/** Whether a place in the tree is to be had: directly in the book, or in a node that is not in the bin. */
export const isLivePlace = async (db: Db, parentId: string | null): Promise<boolean> =>
  parentId === null || (await db.node.count({ where: { id: parentId, binnedAt: null } })) > 0;

/** What was put into the bin by hand, the last first; what went along is not listed. */
export const listBin = async (
  db: Db,
  bookId: string,
  page: { readonly after: { readonly binnedAt: Date; readonly id: string } | undefined; readonly take: number },
): Promise<(NodeRow & { words: number })[]> => {
  const { after, take } = page;
  const rows = await db.node.findMany({
    where: {
      bookId,
      binRootId: { equals: db.node.fields.id },
      ...(after
        ? { OR: [{ binnedAt: { lt: after.binnedAt } }, { binnedAt: after.binnedAt, id: { lt: after.id } }] }
        : {}),
    },
    orderBy: [{ binnedAt: 'desc' }, { id: 'desc' }],
    take,
  });
  const sums = await db.node.groupBy({
    by: ['binRootId'],
    where: { binRootId: { in: rows.map(({ id }) => id) } },
    _sum: { wordCount: true },
  });
  const words = new Map(sums.map(({ binRootId, _sum }) => [binRootId, _sum.wordCount ?? 0]));
  return rows.map((row) => ({ ...row, words: words.get(row.id) ?? 0 }));
};

/** Roots of branches that were put into the bin before an instant, the oldest first. */
export const listBranchesBinnedBefore = async (
  db: Db,
  instant: Date,
  take: number,
): Promise<{ id: string; bookId: string }[]> =>
  await db.node.findMany({
    where: { binRootId: { equals: db.node.fields.id }, binnedAt: { lt: instant } },
    orderBy: { binnedAt: 'asc' },
    take,
    select: { id: true, bookId: true },
  });

/** Deletes a branch in the bin for good. @returns the ids of its scenes. */
export const removeBinBranch = async (db: Db, rootId: string): Promise<string[]> => {
  const scenes = await db.node.findMany({ where: { binRootId: rootId, kind: 'scene' }, select: { id: true } });
  await db.node.deleteMany({ where: { binRootId: rootId } });
  return scenes.map(({ id }) => id);
};
