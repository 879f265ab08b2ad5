import type { Import } from '@authorworks/contracts';
import type { z } from 'zod';
import type { JobState } from '../job-view.ts';
import type { ImportRow } from './import-store.ts';

type ImportView = z.input<typeof Import>;

/** The id of a book that will be is not told before it is. */
export const viewImport = (row: ImportRow, state: JobState): ImportView => ({
  id: row.id,
  ...state,
  fileName: row.fileName,
  bookId: row.appends || row.status === 'succeeded' ? row.bookId : null,
  report: row.report as ImportView['report'],
  createdAt: row.createdAt.toISOString(),
});
