import { contentErrors, editorErrors, type ErrorDefinition, type LiveText } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { fail } from '@authorworks/platform';
import { lockBook, recountBook } from '../book/book-store.ts';
import { announceClosing } from '../collaborator/announce-access.ts';
import type { ContentContext } from '../context.ts';
import type { Db } from '../database.ts';
import { binBranch, findNode, insertNode } from '../node/node-store.ts';
import { findRank } from '../node/place-node.ts';
import { findKnownTexts, insertTexts, replaceText } from './scene-text-store.ts';
import { emptyText, type SealedText } from './sealed-text.ts';
import { listTextMoves, removeTextMove, type TextMoveRow } from './text-move-store.ts';

type Uses = Pick<ContentContext, 'bus' | 'db' | 'clock' | 'editor' | 'log' | 'texts'>;

/** A text after the editor did its half. */
interface MovedText {
  readonly text: SealedText;
  readonly version: number;
}

interface MovedTexts {
  readonly first: MovedText;
  /** Of the new scene, after a split. */
  readonly second: MovedText | undefined;
}

/** A text without its document is fetched by the next pull, which version 0 asks for. */
const sealed = async ({ texts }: Uses, { version, doc }: LiveText): Promise<MovedText> =>
  doc === null ? { text: emptyText(), version: 0 } : { text: await texts.seal({ doc }), version };

const moveInEditor = async (context: Uses, move: TextMoveRow): Promise<MovedTexts> => {
  const { editor } = context;
  const { sceneId, otherSceneId, accountId } = move;
  if (move.kind === 'merge') {
    const live = await editor.mergeTexts({ params: { sceneId }, body: { otherSceneId, accountId } });
    return { first: await sealed(context, live), second: undefined };
  }
  const body = { blockId: move.blockId ?? '', newSceneId: otherSceneId, accountId };
  const { first, second } = await editor.splitText({ params: { sceneId }, body });
  return { first: await sealed(context, first), second: await sealed(context, second) };
};

/** Why a move can never be made, in our own words; undefined: it may have been, or may be later. */
const refusalOf = (error: unknown): ErrorDefinition | undefined => {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === editorErrors.blockNotFound.code) return contentErrors.blockNotFound;
  if (error.code === editorErrors.sceneNotFound.code) return contentErrors.sceneNotFound;
  return undefined;
};

/** Nobody listened at the editor's door: it has certainly not begun. */
const neverReached = (error: unknown): boolean => {
  const { cause } = error as { cause?: { cause?: { code?: unknown } } };
  return error instanceof ApiError && error.status === 0 && cause?.cause?.code === 'ECONNREFUSED';
};

const storeFirst = async (
  db: Db,
  move: TextMoveRow,
  { moved, now }: { moved: MovedText; now: Date },
): Promise<void> => {
  const [known] = await findKnownTexts(db, move.bookId, [move.sceneId]);
  const { text, version } = moved;
  if (known && known.version < version) await replaceText(db, move.sceneId, { text, version, updatedAt: now });
};

/** The second scene of a split stands right behind the first, and shares its fate if that went to the bin meanwhile. */
const placeSecond = async (
  db: Db,
  move: TextMoveRow,
  { moved, now }: { moved: MovedText; now: Date },
): Promise<void> => {
  const source = await findNode(db, move.sceneId);
  if (!source) return;
  const { bookId, parentId, kind, matter, status, binnedAt } = source;
  const id = move.otherSceneId;
  const rank = await findRank(db, { bookId, parentId, afterId: binnedAt ? undefined : source.id });
  const binRootId = source.binRootId === source.id ? id : source.binRootId;
  const { text, version } = moved;
  const node = { id, bookId, parentId, kind, rank, title: move.title, matter, status, createdAt: now, updatedAt: now };
  await insertNode(db, { ...node, wordCount: text.wordCount, binnedAt, binRootId });
  await insertTexts(db, [{ sceneId: id, text, version }], { bookId, now });
};

/**
 * Does what is left of a split or merge: the editor's half, which may be done already and is harmless to repeat, then
 * ours in one transaction, which ends the move. Whoever comes second finds nothing to do.
 *
 * @param options.isNew The editor was not asked for it before: if it cannot be reached now, nothing has happened at all, and
 * the move is given up. Otherwise it may be half done, and is never given up for that.
 * @throws CONTENT_BLOCK_NOT_FOUND or CONTENT_SCENE_NOT_FOUND when it cannot be done; the move is given up then.
 * @throws ApiError when the editor does not answer: the move stays, and is finished by a repeat or by the sweeper.
 */
export const finishTextMove = async (
  context: Uses,
  move: TextMoveRow,
  { isNew }: { readonly isNew: boolean } = { isNew: false },
): Promise<void> => {
  let texts: MovedTexts;
  try {
    texts = await moveInEditor(context, move);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal || (isNew && neverReached(error))) await removeTextMove(context.db, move.id);
    throw refusal ? fail(refusal, { cause: error }) : error;
  }
  const now = context.clock.now();
  await context.db.$transaction(async (db) => {
    if (!(await lockBook(db, move.bookId)) || !(await removeTextMove(db, move.id))) return;
    await storeFirst(db, move, { moved: texts.first, now });
    if (texts.second) await placeSecond(db, move, { moved: texts.second, now });
    if (move.kind === 'merge') {
      const other = await findNode(db, move.otherSceneId);
      if (other && !other.binnedAt) await binBranch(db, other, now);
      // whoever has the other scene open would write into the bin
      await announceClosing({ bus: context.bus, db }, move.bookId);
    }
    await recountBook(db, move.bookId, now);
  });
};

/** Finishes all moves of a book, so that no text is between two scenes while the book is read as a whole. */
export const finishTextMovesOf = async (context: Uses, bookId: string): Promise<void> => {
  for (const move of await listTextMoves(context.db, bookId)) {
    try {
      await finishTextMove(context, move);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      context.log.info({ err: error, moveId: move.id }, 'a split or merge was given up');
    }
  }
};
