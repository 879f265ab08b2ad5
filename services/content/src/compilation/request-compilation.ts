import { type CompilationId, contentJobs } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { sqlOfPrisma } from '@authorworks/platform/postgres';
import type { CompileFormat } from '../compile/compilable-book.ts';
import type { ContentContext } from '../context.ts';
import type { Db } from '../database.ts';
import { type CompilationRow, insertCompilation } from './compilation-store.ts';

/** Writes a compilation and its job in the caller's transaction. */
export const requestCompilation = async (
  { queue, clock }: Pick<ContentContext, 'queue' | 'clock'>,
  db: Db,
  wish: {
    readonly bookId: string;
    readonly editionId: string | null;
    readonly format: CompileFormat;
    readonly requestedBy: string;
  },
): Promise<CompilationRow> => {
  const id = newId<CompilationId>();
  const jobId = await queue.enqueue(sqlOfPrisma(db), contentJobs.compileBook, { compilationId: id });
  return await insertCompilation(db, { id, ...wish, jobId, createdAt: clock.now() });
};
