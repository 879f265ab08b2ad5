import { platformErrors } from '@authorworks/contracts';
import { type AppError, fail } from '@authorworks/platform';
import { lockBook } from '../book/book-store.ts';
import {
  type CompilationRow,
  findCompilation,
  findNewestOfEdition,
  settleCompilations,
} from '../compilation/compilation-store.ts';
import { requestCompilation } from '../compilation/request-compilation.ts';
import type { ContentContext } from '../context.ts';
import type { EditionRow } from '../edition/edition-store.ts';

/** How often a reader who waits looks whether the file is made. */
const LOOK_MS = 250;
/** A file that could not be made is not tried again sooner, however many readers ask for it. */
const RETRY_AFTER_MS = 5 * 60_000;

const notNow = (): AppError =>
  fail(platformErrors.neighbourFailed, {
    message: 'The file of this book is being made. Please try again in a minute.',
    retryAfterSeconds: 30,
  });

const isUsable = ({ status, fileId }: CompilationRow): boolean =>
  status === 'open' || (status === 'succeeded' && fileId !== null);

/** The compilation of an edition: the newest, or a new one where there is none that could still become a file. */
const findOrRequest = async (context: ContentContext, edition: EditionRow): Promise<CompilationRow> => {
  const { id: editionId, bookId, publishedBy } = edition;
  const newest = await findNewestOfEdition(context.db, editionId, 'epub');
  if (newest && isUsable(newest)) return newest;
  const retryAt = (newest?.finishedAt?.getTime() ?? 0) + RETRY_AFTER_MS;
  if (newest?.status === 'failed' && retryAt > context.clock.now().getTime()) throw notNow();
  return await context.db.$transaction(async (db) => {
    await lockBook(db, bookId);
    const other = await findNewestOfEdition(db, editionId, 'epub');
    if (other && isUsable(other)) return other;
    return await requestCompilation(context, db, { bookId, editionId, format: 'epub', requestedBy: publishedBy });
  });
};

const pause = async (): Promise<void> =>
  await new Promise((resolve) => {
    setTimeout(resolve, LOOK_MS);
  });

/**
 * The compiled file of an edition; waits while it is being made.
 * @throws SERVICE_UNAVAILABLE when it cannot be had before `signal` fires.
 */
export const fileOfEdition = async (
  context: ContentContext,
  edition: EditionRow,
  signal: AbortSignal,
): Promise<CompilationRow & { readonly fileId: string }> => {
  let row = await findOrRequest(context, edition);
  while (row.status === 'open') {
    if (signal.aborted) throw notNow();
    await pause();
    await settleCompilations(context.db);
    row = (await findCompilation(context.db, row.id)) ?? row;
  }
  const { fileId } = row;
  if (row.status !== 'succeeded' || fileId === null) throw notNow();
  return { ...row, fileId };
};
