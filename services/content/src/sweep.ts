import { contentEvents, FileId } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { listBooksBinnedBefore, listFilesOfBook, lockBook, removeBook } from './book/book-store.ts';
import { attachWaitingInvitations } from './collaborator/attach-account.ts';
import {
  findFilesOnlyOf,
  listOldCompilations,
  removeCompilations,
  settleCompilations,
} from './compilation/compilation-store.ts';
import type { ContentContext } from './context.ts';
import { publish } from './database.ts';
import {
  forgetImages,
  forgetSource,
  listFinishedSources,
  listLeftImages,
  removeImport,
  settleImports,
  sourceKeyOf,
} from './import/import-store.ts';
import { findNode, listBranchesBinnedBefore, removeBinBranch } from './node/node-store.ts';
import { finishTextMove } from './scene/finish-text-move.ts';
import { removeUnheldDocuments } from './scene/scene-text-store.ts';
import { listTextMovesBefore } from './scene/text-move-store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What lies in the bin for longer is deleted. */
export const BIN_DAYS = 30;
/** The file of an import that failed is kept for this long, so that it can be looked into and tried again. */
const FAILED_SOURCE_DAYS = 7;
/** An upload that takes longer was given up. */
const UPLOAD_DAYS = 1;
/** Exports of drafts are kept for this long; editions' for ever. */
const EXPORT_DAYS = 30;
/** A split or merge takes seconds; one that is older was interrupted. */
const MOVE_MINUTES = 1;

const BATCH = 50;
/** Files that one question to storage may name. */
const FILE_BATCH = 2_000;

const ago = ({ clock }: ContentContext, milliseconds: number): Date => new Date(clock.now().getTime() - milliseconds);

/** Finishes splits and merges whose maker was killed or met an editor that was away. */
export const finishAbandonedMoves = async (context: ContentContext): Promise<void> => {
  for (const move of await listTextMovesBefore(context.db, ago(context, MOVE_MINUTES * MINUTE_MS), BATCH)) {
    try {
      await finishTextMove(context, move);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      context.log.info({ err: error, moveId: move.id }, 'a split or merge was given up');
    }
  }
};

/** Removes the files that belong to a book, and none that it only shows. */
const removeFilesOf = async (
  { storage }: Pick<ContentContext, 'storage'>,
  bookId: string,
  named: readonly string[],
): Promise<void> => {
  const wanted = named.flatMap((id) => FileId.safeParse(id).data ?? []);
  for (let start = 0; start < wanted.length; start += FILE_BATCH) {
    const found = await storage.findFiles({ body: { fileIds: wanted.slice(start, start + FILE_BATCH) } });
    const fileIds = found.filter((file) => file.bookId === bookId).map(({ id }) => id);
    if (fileIds.length > 0) await storage.removeFiles({ body: { fileIds } });
  }
};

const deleteBooks = async (context: ContentContext): Promise<void> => {
  const before = ago(context, BIN_DAYS * DAY_MS);
  for (const { id } of await listBooksBinnedBefore(context.db, before, BATCH)) {
    await context.db.$transaction(async (db) => {
      const book = await lockBook(db, id);
      // taken out of the bin in the last moment
      if (!book?.binnedAt || book.binnedAt >= before) return;
      // within the transaction, so that nobody can take the book out of the bin when half of it is gone; should the rest
      // fail, the next sweep does it all once more
      await removeFilesOf(context, id, await listFilesOfBook(db, id));
      const sceneIds = await removeBook(db, id);
      await publish({ bus: context.bus, db }, contentEvents.bookDeleted, { bookId: id, sceneIds });
    });
  }
};

const deleteNodes = async (context: ContentContext): Promise<void> => {
  const before = ago(context, BIN_DAYS * DAY_MS);
  for (const { id, bookId } of await listBranchesBinnedBefore(context.db, before, BATCH)) {
    await context.db.$transaction(async (db) => {
      await lockBook(db, bookId);
      const node = await findNode(db, id);
      if (!node?.binnedAt || node.binnedAt >= before) return;
      const sceneIds = await removeBinBranch(db, id);
      await removeUnheldDocuments(db, bookId);
      if (sceneIds.length > 0)
        await publish({ bus: context.bus, db }, contentEvents.scenesDeleted, { bookId: bookId, sceneIds });
    });
  }
};

const sweepImports = async (context: ContentContext): Promise<void> => {
  const { db, blobs, storage } = context;
  await settleImports(db);
  const deadlines = {
    abandonedBefore: ago(context, UPLOAD_DAYS * DAY_MS),
    failedBefore: ago(context, FAILED_SOURCE_DAYS * DAY_MS),
  };
  for (const { id, jobId } of await listFinishedSources(db, deadlines, BATCH)) {
    await blobs.remove([sourceKeyOf(id)]);
    await (jobId === null ? removeImport : forgetSource)(db, id);
  }
  for (const { id, imageFileIds } of await listLeftImages(db, BATCH)) {
    await storage.removeFiles({ body: { fileIds: imageFileIds } });
    await forgetImages(db, id);
  }
};

const sweepCompilations = async (context: ContentContext): Promise<void> => {
  const { db, storage } = context;
  await settleCompilations(db);
  const old = await listOldCompilations(db, ago(context, EXPORT_DAYS * DAY_MS), BATCH);
  const fileIds = await findFilesOnlyOf(db, old);
  // the files first: a row without its file makes it anew, a file without its row would stay for ever
  if (fileIds.length > 0) await storage.removeFiles({ body: { fileIds } });
  await removeCompilations(
    db,
    old.map(({ id }) => id),
  );
};

/**
 * What is done by the clock. Each part may be done by several replicas at once, may stop anywhere, and goes on with what
 * is left the next time; one that cannot be done now does not keep the others from it.
 */
export const sweep = async (context: ContentContext): Promise<void> => {
  for (const part of [deleteBooks, deleteNodes, sweepImports, sweepCompilations, attachWaitingInvitations]) {
    try {
      await part(context);
    } catch (error) {
      context.log.warn({ err: error, part: part.name }, 'could not be swept now');
    }
  }
};
