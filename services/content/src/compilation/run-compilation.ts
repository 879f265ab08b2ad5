import { createHash } from 'node:crypto';
import type { contentJobs, JobInput, StoredFile } from '@authorworks/contracts';
import type { RunningJob } from '@authorworks/platform/queue';
import type { CompiledBook, CompileFormat } from '../compile/compilable-book.ts';
import { groupChapters } from '../compile/reading-order.ts';
import type { ContentContext } from '../context.ts';
import { slugOf } from '../edition/slug.ts';
import { type CompilableSource, gatherSource, hashOfContent } from './compilable-source.ts';
import {
  type CompilationRow,
  findMade,
  type MadeFile,
  openCompilation,
  succeedCompilation,
} from './compilation-store.ts';
import { compilerOf } from './compiler-of.ts';
import { type ChosenImages, chooseImages, fetchImages } from './fetch-images.ts';

type Job = RunningJob<JobInput<typeof contentJobs.compileBook>>;

interface Task {
  readonly row: CompilationRow;
  readonly format: CompileFormat;
  readonly source: CompilableSource;
  readonly images: ChosenImages;
  readonly contentHash: string;
}

/** Where the steps of the work begin, in percent. */
const PROGRESS = { gathered: 15, fetched: 40, compiled: 80, stored: 95 };

/** A file of the very same content that is still there. */
const findSame = async ({ db, storage }: ContentContext, { row, contentHash }: Task): Promise<MadeFile | undefined> => {
  const made = await findMade(db, { bookId: row.bookId, format: row.format, contentHash });
  if (!made?.fileId || !made.fileName || !made.sizeBytes || !made.sha256 || !made.finishedAt) return undefined;
  const files = await storage.findFiles({ body: { fileIds: [made.fileId] } });
  if (files.length === 0) return undefined;
  const { fileId, fileName, sizeBytes, sha256, finishedAt } = made;
  return { contentHash, fileId, fileName, sizeBytes, sha256, report: made.report as MadeFile['report'], finishedAt };
};

const compile = async (context: ContentContext, { format, source, images }: Task, job: Job): Promise<CompiledBook> => {
  const wanted = compilerOf(format).pictures ? images.files : [];
  const step = (PROGRESS.fetched - PROGRESS.gathered) / Math.max(1, wanted.length);
  const onFetched = (count: number): void => job.progress(PROGRESS.gathered + step * count);
  const fetched = await fetchImages(context, wanted, { signal: job.signal, onFetched });
  job.progress(PROGRESS.fetched);
  const { bookId, title, subtitle, authorName, description, language, edition, changedAt } = source;
  const nodes = source.nodes.map(({ id, parentId, kind, title, matter, wordCount, doc }) => ({
    id,
    parentId,
    kind,
    title,
    matter,
    wordCount,
    doc,
  }));
  const coverFileId = fetched.find(({ fileId }) => fileId === source.coverFileId)?.fileId ?? null;
  const titlePage = { bookId, title, subtitle, authorName, description, language, edition, changedAt };
  const book = { ...titlePage, nodes, images: fetched, coverFileId };
  return await context.threads.compileBook.run({ format, book }, { signal: job.signal });
};

const store = async (context: ContentContext, task: Task, compiled: CompiledBook): Promise<StoredFile> => {
  const { source, format, contentHash } = task;
  const query = {
    name: `${slugOf(source.title)}.${compiled.extension}`,
    purpose: 'export' as const,
    ownerId: source.ownerId,
    bookId: source.bookId,
    // two workers that made the same get the same file
    key: `content-compilation-${format}-${contentHash}`,
    contentType: compiled.contentType,
  };
  // a view of exactly these bytes, because the buffer below may be larger
  return await context.storage.putFile({ query, body: new Uint8Array(compiled.bytes) });
};

const makeFile = async (context: ContentContext, task: Task, job: Job): Promise<MadeFile> => {
  const began = context.clock.monotonicMs();
  const compiled = await compile(context, task, job);
  job.progress(PROGRESS.compiled);
  const file = await store(context, task, compiled);
  job.progress(PROGRESS.stored);
  const { nodes } = task.source;
  const report = {
    words: nodes.reduce((sum, { wordCount }) => sum + wordCount, 0),
    chapters: groupChapters(nodes).filter(({ kind }) => kind === 'chapter').length,
    images: compilerOf(task.format).pictures ? task.images.files.length : 0,
    milliseconds: Math.round(context.clock.monotonicMs() - began),
    notes: [...task.images.notes, ...compiled.notes].map((note) => ({ ...note })),
  };
  return {
    contentHash: task.contentHash,
    fileId: file.id,
    fileName: file.name,
    sizeBytes: compiled.bytes.length,
    sha256: createHash('sha256').update(compiled.bytes).digest('hex'),
    report,
    finishedAt: context.clock.now(),
  };
};

/**
 * The job: gathers a book, makes the file in a worker thread, stores it. A repeat after a crash makes the same file once
 * more under the same key, or finds it made.
 */
export const runCompilation = async (context: ContentContext, job: Job): Promise<Record<string, never>> => {
  const row = await openCompilation(context.db, job.input.compilationId);
  if (row?.status !== 'open') return {};
  const format = row.format as CompileFormat;
  const source = await gatherSource(context, row);
  const images = await chooseImages(context, source);
  const imageHashes = images.files.map(({ id, sha256 }) => `${id} ${sha256}`);
  const contentHash = hashOfContent(source, { format, compilerVersion: compilerOf(format).version, imageHashes });
  const task = { row, format, source, images, contentHash };
  job.progress(PROGRESS.gathered);
  const made = (await findSame(context, task)) ?? (await makeFile(context, task, job));
  await succeedCompilation(context.db, row.id, made);
  return {};
};
