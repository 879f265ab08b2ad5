import type { FileId } from '@authorworks/contracts';
import type { ContentContext } from '../context.ts';
import { viewJob } from '../job-view.ts';
import type { CompilationRow } from './compilation-store.ts';
import { viewCompilation } from './compilation-view.ts';

/** A page must not wait long for addresses. */
const TIMEOUT_MS = 3_000;

const findUrls = async (
  { storage, log }: ContentContext,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  if (fileIds.length === 0) return new Map();
  try {
    const body = { fileIds: [...fileIds] as FileId[] };
    const files = await storage.findFiles({ body }, { timeoutMs: TIMEOUT_MS });
    return new Map(files.map(({ id, url }) => [id, url]));
  } catch (error) {
    log.warn({ err: error }, 'addresses of compiled files cannot be had now');
    return new Map();
  }
};

/** Compilations with where their jobs stand and signed addresses of their files: two questions, however many there are. */
export const showCompilations = async (
  context: ContentContext,
  rows: readonly CompilationRow[],
): Promise<ReturnType<typeof viewCompilation>[]> => {
  const open = rows.filter(({ status }) => status === 'open').map(({ jobId }) => jobId);
  const [jobs, urls] = await Promise.all([
    open.length === 0 ? [] : context.queue.readMany(open),
    findUrls(
      context,
      rows.flatMap(({ fileId }) => fileId ?? []),
    ),
  ]);
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  return rows.map((row) =>
    viewCompilation(row, viewJob(row, jobOf.get(row.jobId)), urls.get(row.fileId ?? '') ?? null),
  );
};

export const showCompilation = async (
  context: ContentContext,
  row: CompilationRow,
): Promise<ReturnType<typeof viewCompilation>> => {
  const [view] = await showCompilations(context, [row]);
  if (!view) throw new Error('a compilation has exactly one view');
  return view;
};
