import { contentErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { TextMove } from '../../prisma/client/client.ts';
import type { Db } from '../database.ts';

export type TextMoveRow = TextMove;

/** A move that a request makes: begun by it, or taken up from one that was interrupted. */
export interface BegunMove {
  readonly move: TextMoveRow;
  readonly isNew: boolean;
}

export const insertTextMove = async (db: Db, move: TextMoveRow): Promise<void> => {
  await db.textMove.create({ data: move, select: { id: true } });
};

type Parts = Pick<TextMoveRow, 'kind' | 'sceneId' | 'blockId'> & { readonly otherSceneId?: string };

/**
 * The very move that was begun and not finished, so that it is taken up again instead of made twice. Needs the book's lock.
 * @throws CONTENT_TEXT_CONFLICT while another split or merge of one of the scenes is not finished.
 */
export const findBegunTextMove = async (db: Db, parts: Parts): Promise<TextMoveRow | undefined> => {
  const { kind, sceneId, blockId, otherSceneId } = parts;
  const scenes = otherSceneId === undefined ? [sceneId] : [sceneId, otherSceneId];
  const begun = await db.textMove.findMany({
    where: { OR: [{ sceneId: { in: scenes } }, { otherSceneId: { in: scenes } }] },
  });
  const same = begun.find(
    (move) =>
      move.kind === kind &&
      move.sceneId === sceneId &&
      move.blockId === blockId &&
      (otherSceneId === undefined || move.otherSceneId === otherSceneId),
  );
  if (same || begun.length === 0) return same;
  throw fail(contentErrors.textConflict, {
    message: 'This scene is being split or merged at this moment. Please try again.',
    retryAfterSeconds: 2,
  });
};

/** The move by which a scene will come to be. */
export const findSplitInto = async (db: Db, newSceneId: string): Promise<TextMoveRow | null> =>
  await db.textMove.findFirst({ where: { kind: 'split', otherSceneId: newSceneId } });

export const listTextMoves = async (db: Db, bookId: string): Promise<TextMoveRow[]> =>
  await db.textMove.findMany({ where: { bookId }, orderBy: { id: 'asc' } });

/** Moves that were begun before an instant: whoever began them is not at it any more. */
export const listTextMovesBefore = async (db: Db, instant: Date, take: number): Promise<TextMoveRow[]> =>
  await db.textMove.findMany({ where: { createdAt: { lt: instant } }, orderBy: { createdAt: 'asc' }, take });

/** @returns whether it was still there: only one of several finishers writes the rest. */
export const removeTextMove = async (db: Db, id: string): Promise<boolean> =>
  (await db.textMove.deleteMany({ where: { id } })).count > 0;
