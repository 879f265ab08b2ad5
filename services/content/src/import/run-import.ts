import { contentErrors, type contentJobs, type ImportReport, type JobInput } from '@authorworks/contracts';
import { type AppError, fail } from '@authorworks/platform';
import type { RunningJob } from '@authorworks/platform/queue';
import type { z } from 'zod';
import type { ContentContext } from '../context.ts';
import {
  forgetSource,
  type ImportRow,
  lockOpenImport,
  openImport,
  sourceKeyOf,
  succeedImport,
} from './import-store.ts';
import type { PreparedBook } from './prepare-book.ts';
import { renameImages } from './rename-images.ts';
import { storeImages } from './store-images.ts';
import { type FinishedBook, writeBook } from './write-book.ts';

type Job = RunningJob<JobInput<typeof contentJobs.importBook>>;

/** Where the steps of the work end, in percent. */
const PROGRESS = { fetched: 10, read: 45, images: 80 };

const unreadable = (message: string, cause?: unknown): AppError =>
  fail(contentErrors.fileUnreadable, { message: `${contentErrors.fileUnreadable.message} ${message}`, cause });

const fetchSource = async ({ blobs }: ContentContext, row: ImportRow): Promise<Uint8Array> => {
  const blob = await blobs.get(sourceKeyOf(row.id));
  if (!blob) throw unreadable('It is not there any more; please send it again.');
  const bytes = new Uint8Array(blob.sizeBytes);
  let filled = 0;
  for await (const chunk of blob.stream as AsyncIterable<Uint8Array>) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
};

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';

const readSource = async (context: ContentContext, row: ImportRow, job: Job): Promise<PreparedBook> => {
  const bytes = await fetchSource(context, row);
  job.progress(PROGRESS.fetched);
  try {
    const read = await context.threads.readBook.run(
      { fileName: row.fileName, bytes },
      { signal: job.signal, transfer: [bytes.buffer as ArrayBuffer] },
    );
    if (!read.ok) throw unreadable(read.message);
    return read.book;
  } catch (error) {
    if ((error as { code?: unknown }).code === OUT_OF_MEMORY)
      throw unreadable('Reading it takes too much memory.', error);
    throw error;
  }
};

const finish = async (
  context: ContentContext,
  { row, job, prepared }: { row: ImportRow; job: Job; prepared: PreparedBook },
): Promise<FinishedBook> => {
  const { images, coverName, ...book } = prepared;
  const step = (PROGRESS.images - PROGRESS.read) / Math.max(1, images.length);
  const onStored = (count: number): void => job.progress(PROGRESS.read + step * count);
  const stored = await storeImages(context, row, { images, signal: job.signal, onStored });
  return {
    ...book,
    nodes: book.nodes.map((node) => ({ ...node, text: node.text && renameImages(node.text, stored.fileIds) })),
    notes: [...book.notes, ...stored.notes],
    coverFileId: (coverName === null ? undefined : stored.fileIds.get(coverName)) ?? null,
  };
};

const reportOf = (book: FinishedBook, images: number): z.input<typeof ImportReport> => {
  const count = (kind: string): number => book.nodes.filter((node) => node.kind === kind).length;
  return {
    sourceFormat: book.format,
    title: book.title,
    language: book.language,
    words: book.nodes.reduce((sum, { text }) => sum + (text?.wordCount ?? 0), 0),
    parts: count('part'),
    chapters: count('chapter'),
    scenes: count('scene'),
    footnotes: book.footnotes,
    images,
    notes: [...book.notes],
  };
};

/**
 * The job: reads the file in a worker thread, stores its pictures, and writes book, nodes, texts and report in one
 * transaction that also closes the import. A worker that is killed anywhere before leaves no part of a book; one that is
 * killed behind it finds the import closed when it is tried again, and makes no second book.
 */
export const runImport = async (context: ContentContext, job: Job): Promise<Record<string, never>> => {
  const { importId } = job.input;
  const row = await openImport(context.db, importId);
  if (!row) return {};
  if (row.status === 'open') {
    const prepared = await readSource(context, row, job);
    job.progress(PROGRESS.read);
    const book = await finish(context, { row, job, prepared });
    job.progress(PROGRESS.images);
    job.signal.throwIfAborted();
    const images = new Set(book.nodes.flatMap(({ text }) => text?.imageFileIds ?? [])).size;
    await context.db.$transaction(async (db) => {
      if (!(await lockOpenImport(db, importId))) return;
      await writeBook(context, db, { row, book });
      await succeedImport(db, importId, { report: reportOf(book, images), finishedAt: context.clock.now() });
    });
  }
  await context.blobs.remove([sourceKeyOf(importId)]);
  await forgetSource(context.db, importId);
  return {};
};
