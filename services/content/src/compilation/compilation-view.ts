import type { Compilation } from '@authorworks/contracts';
import type { z } from 'zod';
import type { JobState } from '../job-view.ts';
import type { CompilationRow } from './compilation-store.ts';

type CompilationView = z.input<typeof Compilation>;

/** @param url Signed address of the file; null while there is none, or while storage is away. */
export const viewCompilation = (row: CompilationRow, state: JobState, url: string | null): CompilationView => ({
  id: row.id,
  bookId: row.bookId,
  format: row.format as CompilationView['format'],
  editionId: row.editionId,
  ...state,
  url,
  fileName: row.fileName,
  sizeBytes: row.sizeBytes,
  sha256: row.sha256,
  report: row.report as CompilationView['report'],
  createdAt: row.createdAt.toISOString(),
});
