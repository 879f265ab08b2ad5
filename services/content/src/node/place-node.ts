import { contentErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import { type Db, Prisma } from '../database.ts';
import { findLiveNode, type NodeRow } from './node-store.ts';

/** Where among its siblings a node is to stand. */
export interface Place {
  readonly bookId: string;
  /** null: directly in the book. */
  readonly parentId: string | null;
  /** The sibling in front; null: first; undefined: last. */
  readonly afterId: string | null | undefined;
  /** The node that is moved, which is no neighbour of itself. */
  readonly movingId?: string;
}

/** Ranks grow by a letter with every few nodes that are put at the same place; longer ones are made anew. */
const LONGEST_RANK = 64;

/**
 * The parent that a request names: the book itself by its own id or null, or a part or chapter of this book.
 * @throws CONTENT_NODE_NOT_FOUND also for a node of another book.
 */
export const findParent = async (
  db: Db,
  bookId: string,
  parentId: string | null | undefined,
): Promise<NodeRow | null> => {
  if (parentId === null || parentId === undefined || parentId === bookId) return null;
  const parent = await findLiveNode(db, { bookId, id: parentId });
  if (!parent) throw fail(contentErrors.nodeNotFound);
  return parent;
};

const siblings = ({ bookId, parentId, movingId }: Place): Prisma.Sql =>
  Prisma.sql`book_id = ${bookId}::uuid AND parent_id IS NOT DISTINCT FROM ${parentId}::uuid AND id IS DISTINCT FROM ${movingId ?? null}::uuid`;

/** The ranks on both sides of a place. Those in the bin count as well: they may come back to where they were. */
const findNeighbours = async (db: Db, place: Place): Promise<{ before: string | null; behind: string | null }> => {
  const { afterId } = place;
  if (afterId === undefined) {
    const [row] = await db.$queryRaw<
      { rank: string | null }[]
    >`SELECT max(rank) AS rank FROM node WHERE ${siblings(place)}`;
    return { before: row?.rank ?? null, behind: null };
  }
  let before: string | null = null;
  if (afterId !== null) {
    const sibling = await findLiveNode(db, { bookId: place.bookId, id: afterId });
    if (!sibling || sibling.parentId !== place.parentId || sibling.id === place.movingId)
      throw fail(contentErrors.nodeNotFound);
    before = sibling.rank;
  }
  const [row] = await db.$queryRaw<{ rank: string | null }[]>`
    SELECT min(rank) AS rank FROM node WHERE ${siblings(place)} AND (${before}::text IS NULL OR rank > ${before}::text COLLATE "C")`;
  return { before, behind: row?.rank ?? null };
};

/** Spaces all siblings of a place anew; their order stays. */
const spaceAnew = async (db: Db, place: Place): Promise<void> => {
  const rows = await db.$queryRaw<{ id: string }[]>`SELECT id FROM node WHERE ${siblings(place)} ORDER BY rank, id`;
  const ids = rows.map(({ id }) => id);
  const ranks = generateNKeysBetween(null, null, ids.length);
  await db.$executeRaw`
    UPDATE node SET rank = spaced.rank FROM unnest(${ids}::uuid[], ${ranks}::text[]) AS spaced (id, rank) WHERE node.id = spaced.id`;
};

/**
 * A rank for a place that no sibling has. Needs the book's lock, by which no two nodes get the same.
 * @throws CONTENT_NODE_NOT_FOUND when `afterId` is no sibling there.
 */
export const findRank = async (db: Db, place: Place): Promise<string> => {
  const { before, behind } = await findNeighbours(db, place);
  const rank = generateKeyBetween(before, behind);
  if (rank.length <= LONGEST_RANK) return rank;
  await spaceAnew(db, place);
  const spaced = await findNeighbours(db, place);
  return generateKeyBetween(spaced.before, spaced.behind);
};

/** Ranks for several nodes at the end of a parent, in their order. Needs the book's lock. */
export const findRanksAtEnd = async (db: Db, place: Omit<Place, 'afterId'>, count: number): Promise<string[]> => {
  const { before } = await findNeighbours(db, { ...place, afterId: undefined });
  return generateNKeysBetween(before, null, count);
};
