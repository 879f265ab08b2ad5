import type { ContentContext } from '../context.ts';
import { viewJob } from '../job-view.ts';
import type { ImportRow } from './import-store.ts';
import { viewImport } from './import-view.ts';

/** Imports with where their jobs stand, asked for at once. */
export const showImports = async (
  { queue }: Pick<ContentContext, 'queue'>,
  rows: readonly ImportRow[],
): Promise<ReturnType<typeof viewImport>[]> => {
  const open = rows.flatMap(({ status, jobId }) => (status === 'open' && jobId !== null ? [jobId] : []));
  const jobs = new Map((open.length === 0 ? [] : await queue.readMany(open)).map((job) => [job.id, job]));
  return rows.map((row) => viewImport(row, viewJob(row, jobs.get(row.jobId ?? ''))));
};

export const showImport = async (
  context: Pick<ContentContext, 'queue'>,
  row: ImportRow,
): Promise<ReturnType<typeof viewImport>> => {
  const [view] = await showImports(context, [row]);
  if (!view) throw new Error('an import has exactly one view');
  return view;
};
